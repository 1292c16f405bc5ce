package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
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

type promoteFlags struct {
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

func newPromote(env *Env, shared *flags) *cobra.Command {
	var own promoteFlags
	cmd := &cobra.Command{
		Use:   "promote SERVICE ENVIRONMENT",
		Short: "Bring the release that is next to an environment there, and follow it to the end",
		Long: `promote shows what would go and every gate, asks for your word, and follows the release until it has
been verified. It dispatches the service's deploy workflow once, never again; what it did is in the journal.

It exits with 0 succeeded, 1 refused by a gate, 2 usage or an error before anything was sent, 3 waits or
unknown, 4 ended otherwise, 5 ambiguous: sent, and nobody knows what became of it. Don't repeat that.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPromote(cmd.Context(), env, shared, own, args[0], args[1])
		},
	}
	l := cmd.Flags()
	l.StringVar(&own.release, "release", "", "insist on this `tag`: refused where another release is next")
	l.BoolVar(&own.dryRun, "dry-run", false, "show what would be done, and do nothing")
	l.BoolVar(&own.wait, "wait", false, "wait while a gate waits")
	l.BoolVar(&own.yes, "yes", false, "confirm where no name has to be typed")
	l.StringVar(&own.confirm, "confirm", "", "confirm a production environment by its exact `name`; --yes does not")
	l.StringArrayVar(&own.bypass, "bypass", nil, "go although this `gate` doesn't pass; takes --reason, and is journalled")
	l.StringArrayVar(&own.acknowledge, "acknowledge", nil, "acknowledge what this `gate` warns of: migration")
	l.StringVar(&own.reason, "reason", "", "why, for the journal")
	l.StringVar(&own.id, "operation", "", "the operation's `UUID`: the same again is the same promotion, never a second one")
	l.DurationVar(&own.timeout, "timeout", time.Minute, "how long to wait for what has to be read first")
	return cmd
}

func runPromote(ctx context.Context, env *Env, shared *flags, own promoteFlags, service, environment string) (err error) {
	p, err := settings(env, shared)
	if err != nil {
		return err
	}
	f, err := openFleet(ctx, env, shared, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if s := f.Config().Service(service); s == nil || s.Environment(environment) == nil {
		return fmt.Errorf("promote: the configuration has no %s/%s; gonogo status lists what there is", service, environment)
	}
	f.Start(ctx)
	f.ReadNow(service)
	if enough, err := waitRead(ctx, f, own.timeout); err != nil || !enough {
		return errors.Join(err, fmt.Errorf("promote: not everything could be read within %s; nothing was sent", own.timeout))
	}
	request := operate.Request{Kind: operation.Promote, Service: service, Environment: environment, Release: own.release, ID: own.id}
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
func (own promoteFlags) decide(ctx context.Context, env *Env, f *fleet.Fleet, d *operate.Draft) error {
	c := operate.Confirmation{Name: own.confirm, Reason: model.Clean(own.reason)}
	for _, g := range own.bypass {
		c.Bypass = append(c.Bypass, model.Gate(g))
	}
	for _, g := range own.acknowledge {
		c.Acknowledged = append(c.Acknowledged, model.Gate(g))
	}
	for _, g := range append(slices.Clone(c.Bypass), c.Acknowledged...) {
		if !slices.Contains(model.Gates(), g) {
			return fmt.Errorf("promote: there is no gate %q", g)
		}
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
		if c.Name = ask(env, fmt.Sprintf("Type %s to promote %s there: ", d.Name, d.Plan.Release.Title())); c.Name == "" {
			return fmt.Errorf("promote: %s is a production environment: --confirm %s, exactly; nothing was sent", d.Plan.Environment, d.Name)
		}
	case d.Name == "" && !own.yes:
		if ask(env, fmt.Sprintf("Type yes to promote %s to %s: ", d.Plan.Release.Title(), d.Plan.Environment)) != "yes" {
			return errors.New("promote: not confirmed, so nothing was sent; --yes confirms")
		}
	}
	o, err := f.Confirm(ctx, d, c)
	if err != nil {
		return err
	}
	return followTo(ctx, env.Out, f, o.Plan.ID)
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

// writeDraft prints what would be done, with all that speaks for and against it.
func writeDraft(w io.Writer, d *operate.Draft) {
	p := &d.Plan
	fmt.Fprintf(w, "%s %s to %s of %s\n", p.Kind, orNothing(p.Release), p.Environment, p.Service)
	fmt.Fprintf(w, "  replaces   %s\n", orNothing(p.Replaces))
	ship := d.Environment.Ship
	if ship.Known {
		fmt.Fprintf(w, "  ships      %d commits, %d pull requests, %d paths\n", ship.Ahead, len(ship.PullRequests), len(ship.Paths))
		for i, c := range ship.Commits {
			if i == 10 {
				fmt.Fprintf(w, "             and %d more\n", len(ship.Commits)-i)
				break
			}
			fmt.Fprintf(w, "             %s %s (%s)\n", c.SHA.Short(), c.Title, c.Author)
		}
	}
	for _, f := range d.Environment.Findings {
		if f.Result != model.NotApplicable {
			fmt.Fprintf(w, "  %-9s  %-8s %s\n", f.Gate, f.Result, f.Why)
		}
	}
	for _, n := range d.Notes {
		fmt.Fprintf(w, "  note       %s\n", n)
	}
	for _, n := range d.Unasked {
		fmt.Fprintf(w, "  unasked    %s; it takes a reason\n", n)
	}
	for _, c := range d.Calls {
		fmt.Fprintf(w, "  request    %s %s: %s\n", c.Method, c.Path, c.What)
	}
	for _, r := range d.Refusals {
		fmt.Fprintf(w, "  refused    %s\n", r)
	}
	fmt.Fprintf(w, "  verdict    %s\n", d.Verdict)
}

func orNothing(r model.Release) string {
	if r.Zero() {
		return "nothing"
	}
	return r.Title() + " " + r.SHA.Short()
}

// followTo prints each step of an operation and exits as it ended.
func followTo(ctx context.Context, w io.Writer, f *fleet.Fleet, id string) error {
	said := 0
	trouble, held := model.Text(""), model.Text("")
	for {
		o, known := f.Operation(id)
		for ; known && said < len(o.Records); said++ {
			writeRecord(w, o.Records[said])
		}
		if o.Trouble != trouble {
			if trouble = o.Trouble; trouble != "" {
				fmt.Fprintf(w, "%s  %s\n", f.Now().UTC().Format(time.TimeOnly), trouble)
			}
		}
		if o.Held != held {
			if held = o.Held; held != "" {
				fmt.Fprintf(w, "%s  %s\n", f.Now().UTC().Format(time.TimeOnly), held)
			}
		}
		switch {
		case o.State == operation.Ambiguous:
			fmt.Fprintf(w, "AMBIGUOUS: %s\nLook at %s/%s/actions by hand. It is not to be repeated; the environment stays locked.\n", o.Why, o.Plan.Host, o.Plan.Repo)
			return exitError{ExitAmbiguous}
		case o.State == operation.Succeeded && !o.Open():
			return nil
		case o.State.Ended() && !o.Open():
			return exitError{ExitOtherwise}
		}
		if !pause(ctx, 50*time.Millisecond) {
			fmt.Fprintf(w, "gonogo ends here; %s is %s, and goes on with: gonogo follow %s\n", id, o.State, id)
			return exitError{ExitUnknown}
		}
	}
}

func writeRecord(w io.Writer, r operation.Record) {
	text := fmt.Sprintf("%s  %-17s %s", r.At.UTC().Format(time.TimeOnly), r.State, r.Event)
	if r.Run != 0 {
		text += fmt.Sprintf(" run %d", r.Run)
	}
	if r.Place != "" {
		text += " " + r.Place
	}
	if r.Why != "" {
		text += ": " + string(r.Why)
	}
	fmt.Fprintln(w, text)
	if r.State == operation.Awaiting && r.Event == operation.Saw {
		fmt.Fprintf(w, "          who may review it: gonogo approve %s\n", r.Operation)
	}
}
