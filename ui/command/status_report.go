package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/model/board"
	"gonogo/model/readiness"
	"gonogo/sources/fleet"
)

// report is what status prints.
type report struct {
	fleet    string
	services []readiness.Assessment
	repos    map[string]string
	unread   []string // services of which not all was read that a first verdict takes
	notes    []string // sentences about this one reading
	status   board.Status
	sprint   *sprintReport // nil: no sprint board is configured
}

func makeReport(ctx context.Context, f *fleet.Fleet, selected selection) (report, error) {
	r := report{fleet: f.Config().Name, repos: map[string]string{}, status: f.Status()}
	for _, s := range f.Config().Services {
		environments, ok := selected[s.Name]
		if !ok && len(selected) > 0 {
			continue
		}
		detail, err := f.Detail(ctx, s.Name)
		if err != nil {
			return r, err
		}
		a := detail.Assessment
		if a.Verdict != model.Erroneous && (!detail.Facts.Read(model.SignalRepository, "").OK() || r.reading(s.Name)) {
			r.unread = append(r.unread, s.Name)
			if r.status.Offline {
				blameHost(&a, s.Repo.Host)
			}
		}
		r.repos[s.Name] = s.Repo.String()
		r.services = append(r.services, only(a, environments))
	}
	if f.Config().Sprint != nil {
		b, err := f.Board(ctx)
		if err != nil {
			return r, err
		}
		r.sprint = &sprintReport{board: &b, selected: map[string]bool{}}
		for name := range selected {
			r.sprint.selected[name] = true
		}
	}
	return r, nil
}

// reading reports whether a service's first reading is still under way.
func (r report) reading(service string) bool {
	return slices.ContainsFunc(r.status.Progress, func(p board.Progress) bool { return p.Service == service })
}

// blameHost says beside what isn't known of a service that its host can't be reached.
func blameHost(a *readiness.Assessment, host string) {
	because := model.Text(": ") + model.Clean(host) + " can't be reached"
	if a.Verdict == model.Undecided {
		a.Headline += because
	}
	for i := range a.Environments {
		if e := &a.Environments[i]; e.Verdict == model.Undecided {
			e.Headline += because
		}
	}
}

// note adds a sentence, if there is one.
func (r *report) note(sentence string) {
	if sentence != "" {
		r.notes = append(r.notes, sentence)
	}
}

// outOfTime says how far reading came.
func (r report) outOfTime(timeout time.Duration) string {
	if len(r.unread) == 0 {
		return fmt.Sprintf("%s was not enough to read all that was due; raise --timeout", seconds(timeout))
	}
	read, were := len(r.services)-len(r.unread), "were"
	if read == 1 {
		were = "was"
	}
	return fmt.Sprintf("%s was not enough: %d of %d services %s read; raise --timeout", seconds(timeout), read, len(r.services), were)
}

// seconds is a time in one unit, as a sentence has it.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%g s", d.Round(time.Millisecond).Seconds())
}

// unknownToCache names the services that the cache has nothing of.
func (r report) unknownToCache() string {
	const limit = 3
	names := make([]string, len(r.unread))
	for i, n := range r.unread {
		names[i] = clean(n)
	}
	if len(names) > limit {
		names = append(names[:limit-1], fmt.Sprintf("%d more", len(names)-limit+1))
	}
	switch last := len(names) - 1; last {
	case -1:
		return ""
	case 0:
		return "the cache knows nothing of " + names[0] + " yet; run without --cached"
	default:
		return "the cache knows nothing of " + strings.Join(names[:last], ", ") + " and " + names[last] + " yet; run without --cached"
	}
}

func (r report) worst() model.Verdict {
	worst := model.UpToDate
	for _, s := range r.services {
		if s.Verdict.Worse(worst) || s.Verdict == model.Go && worst == model.UpToDate {
			worst = s.Verdict
		}
	}
	if len(r.services) == 0 {
		return model.Undecided
	}
	return worst
}

// notices are the sentences that a reader must not miss: no network, an untrusted file, a rebuilt cache, too little time.
func (r report) notices() []string {
	var all []string
	if r.status.Offline || r.status.Why != "" {
		all = append(all, clean(r.status.Why))
	}
	if r.status.Trust != "" {
		all = append(all, clean(r.status.Trust))
	}
	if d := r.status.Discovery; d != nil {
		all = append(all, clean(d.Sentence()))
		for _, n := range d.Notes {
			all = append(all, clean(n))
		}
	}
	for _, n := range slices.Concat(r.status.Notices, r.notes) {
		all = append(all, clean(n))
	}
	return all
}
