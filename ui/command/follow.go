package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"gonogo/model"
	"gonogo/model/operation"
	"gonogo/sources/fleet"
)

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
			where, stays := "/actions", "; the environment stays locked"
			if o.Plan.Kind.Word() && !o.Plan.Kind.OnRun() {
				where = ""
			}
			if !o.Plan.Lock {
				stays = ""
			}
			fmt.Fprintf(w, "AMBIGUOUS: %s\nLook at %s/%s%s by hand. It is not to be repeated%s.\n", o.Why, o.Plan.Host, o.Plan.Repo, where, stays)
			return exitError{ExitAmbiguous}
		case o.State == operation.Succeeded && !o.Open():
			if left := o.Unguarded(); left != "" {
				fmt.Fprintf(w, "UNGUARDED: %s\nSet what is lacking with a token that may write contents, or tell everybody who promotes there.\n", left)
			}
			return nil
		case o.State.Ended() && !o.Open() && !o.Undecided:
			if o.WentBack != "" { // the rollback that came of it is followed, too, and changes nothing of how this ended
				if err := followTo(ctx, w, f, o.WentBack); err != nil {
					return err
				}
			}
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
