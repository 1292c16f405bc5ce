// The floor of any Go program: the same list of 200 rows, each changed row written as
// it is, with nothing between the program and the terminal.
package main

import (
	"bytes"
	"fmt"
	"os"

	"golang.org/x/term"
)

const rows = 200

func main() {
	width, height, err := term.GetSize(1)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	old, err := term.MakeRaw(0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer term.Restore(0, old) //nolint:errcheck // it ends anyway
	var out bytes.Buffer
	selected, top := 0, 0
	row := func(y int) {
		if y < top || y >= top+height {
			return
		}
		style := ""
		if y == selected {
			style = "\x1b[7m"
		}
		text := fmt.Sprintf("row %03d  ✓ GO  service-%03d  v2.%d.%d  %d min ago", y, y, y*7%30, y%9, y)
		fmt.Fprintf(&out, "\x1b[%dH%s%-*s\x1b[m", y-top+1, style, width-2, text)
	}
	out.WriteString("\x1b[?1049h\x1b[?25l")
	for y := range height {
		row(y)
	}
	key := make([]byte, 1)
	for {
		os.Stdout.Write(out.Bytes()) //nolint:errcheck // there is nothing to be done
		out.Reset()
		if n, err := os.Stdin.Read(key); n == 0 || err != nil {
			return
		}
		before := selected
		switch key[0] {
		case 'j':
			selected = min(selected+1, rows-1)
		case 'k':
			selected = max(selected-1, 0)
		case 'q':
			os.Stdout.WriteString("\x1b[?25h\x1b[?1049l") //nolint:errcheck // it ends anyway
			return
		}
		switch {
		case selected >= top+height:
			out.WriteString(fmt.Sprintf("\x1b[%dH\n", height))
			top++
		case selected < top:
			out.WriteString("\x1b[H\x1bM")
			top--
		}
		row(before)
		row(selected)
	}
}
