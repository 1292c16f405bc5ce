// The fixed five alone: what starting a program that only links them costs.
package main

import (
	_ "github.com/charmbracelet/bubbles/viewport"
	_ "github.com/charmbracelet/bubbletea"
	_ "github.com/charmbracelet/lipgloss"
	_ "github.com/google/go-github/v60/github"
	_ "modernc.org/sqlite"

	_ "gonogo/ui/early" // or bubbletea would ask the terminal
)

func main() {}
