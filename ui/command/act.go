package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
	"gonogo/sources/operate"
)

// actFlags are what commands that act take.
type actFlags struct {
	release     string
	dryRun      bool
	wait        bool
	yes         bool
	confirm     string
	bypass      []string
	acknowledge []string
	reason      string
	id          string
	timeout     time.Duration
}

// flags declares those that every kind of operation on an environment takes.
func (own *actFlags) flags(cmd *cobra.Command) {
	l := cmd.Flags()
	l.BoolVar(&own.dryRun, "dry-run", false, "show what would be done, and do nothing")
	l.BoolVar(&own.wait, "wait", false, "wait while a gate waits")
	l.StringArrayVar(&own.acknowledge, "acknowledge", nil, "acknowledge what this `gate` warns of: migration")
	own.word(cmd)
}

// word declares those by which a person gives their word.
func (own *actFlags) word(cmd *cobra.Command) {
	l := cmd.Flags()
	l.BoolVar(&own.yes, "yes", false, "confirm where no name has to be typed")
	l.StringVar(&own.confirm, "confirm", "", "confirm a production environment by its exact `name`; --yes does not")
	l.StringVar(&own.reason, "reason", "", "why, for the journal")
	l.StringVar(&own.id, "operation", "", "the operation's `UUID`: the same again is the same operation, never a second one")
	l.DurationVar(&own.timeout, "timeout", time.Minute, "how long to wait for what has to be read first")
}

// act opens the fleet, works out what a request would do, and does it when the person's word suffices.
func (own actFlags) act(ctx context.Context, env *Env, shared *flags, request operate.Request) error {
	return withFleet(ctx, env, shared, func(f *fleet.Fleet) error { return own.actIn(ctx, env, f, request) })
}

func (own actFlags) actIn(ctx context.Context, env *Env, f *fleet.Fleet, request operate.Request) error {
	doing := request.Kind
	s := f.Config().Service(request.Service)
	if s == nil || request.Environment != "" && s.Environment(request.Environment) == nil {
		return fmt.Errorf("%s: the configuration has no %s; gonogo status lists what there is", doing, strings.TrimSuffix(request.Service+"/"+request.Environment, "/"))
	}
	if why := f.ReadOnly(); why != "" && !own.dryRun {
		return fmt.Errorf("%s: %w: %s; nothing was sent", doing, operate.ErrReadOnly, why)
	}
	f.Start(ctx)
	f.ReadNow(request.Service)
	if enough, err := waitRead(ctx, f, own.timeout); err != nil || !enough {
		return errors.Join(err, fmt.Errorf("%s: not everything could be read within %s; nothing was sent", doing, own.timeout))
	}
	request.ID = own.id
	if begun, err := f.Records(ctx, own.id); own.id != "" && (err != nil || len(begun) > 0) {
		if err != nil {
			return err
		}
		return followKnown(ctx, env, f, own.id) // it was confirmed before
	}
	d, err := f.Prepare(ctx, request)
	for own.wait && err == nil && waits(d) && len(d.Refusals) == 0 {
		fmt.Fprintf(env.Err, "waits: %s\n", d.Against[0].Why)
		if !pause(ctx, 15*time.Second) {
			return exitError{ExitUnknown}
		}
		d, err = f.Prepare(ctx, request)
	}
	if err != nil {
		return err
	}
	writeDraft(env.Out, d)
	return own.decide(ctx, env, f, d)
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// waits reports whether nothing stands against a draft but gates that wait.
func waits(d *operate.Draft) bool {
	return len(d.Against) > 0 && !slices.ContainsFunc(d.Against, func(f model.Finding) bool { return f.Result != model.Wait })
}

// decide takes the person's word, from the flags or from the terminal, and follows what it begins.
func (own actFlags) decide(ctx context.Context, env *Env, f *fleet.Fleet, d *operate.Draft) error {
	c := operate.Confirmation{Name: own.confirm, Reason: model.Clean(own.reason)}
	for _, g := range own.bypass {
		c.Bypass = append(c.Bypass, model.Gate(g))
	}
	for _, g := range own.acknowledge {
		c.Acknowledged = append(c.Acknowledged, model.Gate(g))
	}
	for _, g := range append(slices.Clone(c.Bypass), c.Acknowledged...) {
		if !slices.Contains(model.Gates(), g) {
			return fmt.Errorf("%s: there is no gate %q", d.Plan.Kind, g)
		}
	}
	if c.Name != "" && d.Name != "" && c.Name != d.Name { // misspelt is misspelt, whatever the gates say
		return fmt.Errorf("%s: type the environment's name, %s, not %s; nothing was sent", d.Plan.Kind, d.Name, model.Clean(c.Name))
	}
	if len(d.Refusals) > 0 {
		return exitError{ExitError}
	}
	if left := d.Blocked(c); len(left) > 0 {
		code := ExitUnknown
		for _, finding := range left {
			if finding.Result == model.Fail || finding.Result == model.Warn {
				code = ExitNoGo
			}
		}
		return exitError{code}
	}
	if own.dryRun {
		return nil
	}
	switch {
	case d.Name != "" && c.Name == "":
		if c.Name = ask(env, fmt.Sprintf("Type %s to %s there: ", d.Name, what(d))); c.Name == "" {
			return fmt.Errorf("%s: %s is a production environment: --confirm %s, exactly; nothing was sent", d.Plan.Kind, d.Plan.Environment, d.Name)
		}
	case d.Name == "" && !own.yes:
		if ask(env, fmt.Sprintf("Type yes to %s %s: ", what(d), d.Plan.Environment)) != "yes" {
			return fmt.Errorf("%s: not confirmed, so nothing was sent; --yes confirms", d.Plan.Kind)
		}
	}
	o, err := f.Confirm(ctx, d, c)
	if err != nil {
		return err
	}
	return followTo(ctx, env.Out, f, o.Plan.ID)
}

// what is what would be done, for a question.
func what(d *operate.Draft) string {
	p := &d.Plan
	switch {
	case p.Kind == operation.Promote:
		return "promote " + p.Release.Title() + " to"
	case p.Kind == operation.RollBack:
		return "roll back to " + p.Release.Title() + " in"
	case p.Kind.Ticks():
		return fmt.Sprintf("%s %q for %s in", p.Kind, p.Mark.Item, p.Release.Title())
	case p.Kind == operation.Publish, p.Mark != nil && p.Mark.Kind == operation.MarkVeto:
		return string(p.Kind) + " " + p.Release.Title()
	}
	return string(p.Kind)
}

// ask asks on a terminal, and only there.
func ask(env *Env, question string) string {
	if env.In == nil || !term.IsTerminal(int(env.In.Fd())) {
		return ""
	}
	fmt.Fprint(env.Err, question)
	line, err := bufio.NewReader(env.In).ReadString('\n')
	if err != nil {
		return ""
	}
	return strings.TrimRight(line, "\r\n")
}
