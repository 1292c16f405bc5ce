// gonogo is a release cockpit for the terminal: go or no-go, for every service, and why.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"gonogo/ui/command"
	"gonogo/ui/early"
)

func main() {
	early.Restore()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := command.Main(ctx, command.Env{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(),
	})
	stop()
	os.Exit(code)
}
