package readiness

import (
	"slices"
	"time"

	"gonogo/model"
)

// window is one occurrence of a freeze: [from, to).
type window struct {
	from, to time.Time
	freeze   *model.Freeze
}

// gateFreeze: the environment is in no freeze window now.
func (w *world) gateFreeze(i int) judged {
	var windows []window
	configured := false
	for k := range w.f.Freezes {
		fz := &w.f.Freezes[k]
		if !concerns(fz.Environments, w.env(i).Name) || !concerns(fz.Services, w.f.Service.Name) {
			continue
		}
		configured = true
		found, why := occurrences(fz, w.m.now)
		if why != "" {
			return unknown(why, "another spelling in freezes:", []model.Evidence{{What: say("freeze %s", freezeName(fz))}})
		}
		windows = append(windows, found...)
	}
	if !configured {
		return judged{result: model.NotApplicable, why: "no freeze is configured"}
	}
	slices.SortFunc(windows, func(a, b window) int { return a.from.Compare(b.from) })
	in, next := w.frozen(windows)
	if in == nil {
		why := say("not in a freeze")
		if next != nil {
			why += say("; the next begins %s (%s)", clockTime(next.from, w.m.now), freezeName(next.freeze))
		}
		return judged{result: model.Pass, why: why}
	}
	seen := []model.Evidence{{What: say("freeze %s", in.freeze.Text), At: w.m.now}}
	opens := opening(windows, in.to)
	if opens.After(w.m.now.AddDate(1, 0, 0)) {
		return judged{result: model.Fail, why: say("frozen: %s; it doesn't open within a year", freezeName(in.freeze)), seen: seen}
	}
	return judged{result: model.Fail, why: say("frozen: %s; opens %s", freezeName(in.freeze), clockTime(opens, w.m.now)), seen: seen, until: opens}
}

// frozen is the window that now lies in (the one that ends last), and the next one to begin.
func (w *world) frozen(windows []window) (in, next *window) {
	for k := range windows {
		v := &windows[k]
		switch {
		case !w.m.reached(v.from):
			if next == nil {
				next = v
			}
		case !w.m.reached(v.to) && (in == nil || v.to.After(in.to)):
			in = v
		}
	}
	return in, next
}

// opening is the first time from t on that lies in no window. Windows are sorted by their beginning.
func opening(windows []window, t time.Time) time.Time {
	for _, v := range windows {
		if !v.from.After(t) && v.to.After(t) {
			t = v.to
		}
	}
	return t
}

func concerns(names []string, name string) bool {
	return len(names) == 0 || slices.Contains(names, name)
}

func freezeName(f *model.Freeze) string {
	if f.Reason != "" {
		return f.Reason
	}
	return f.Text
}

// occurrences are a freeze's windows from a week ago to a year ahead, or why they can't be told.
func occurrences(f *model.Freeze, now time.Time) ([]window, model.Text) {
	zone, err := time.LoadLocation(f.Zone) // an empty zone is UTC
	if err != nil {
		return nil, say("the time zone %s of a freeze (%s) isn't known here", f.Zone, freezeName(f))
	}
	if !f.Weekly {
		from, err1 := time.ParseInLocation(time.DateOnly, f.From, zone)
		to, err2 := time.ParseInLocation(time.DateOnly, f.To, zone)
		if err1 != nil || err2 != nil || to.Before(from) {
			return nil, say("the dates %s to %s of a freeze (%s) can't be understood", f.From, f.To, freezeName(f))
		}
		return []window{{from, to.AddDate(0, 0, 1), f}}, ""
	}
	local := now.In(zone)
	var all []window
	for week := -2; week <= 53; week++ {
		day := local.Day() + 7*week + int(f.FromDay) - int(local.Weekday())
		days := (int(f.ToDay) - int(f.FromDay) + 7) % 7
		if days == 0 && f.ToMinute <= f.FromMinute {
			days = 7
		}
		// The wall clock counts: time.Date resolves hours that daylight saving skips or repeats.
		from := time.Date(local.Year(), local.Month(), day, 0, f.FromMinute, 0, 0, zone)
		to := time.Date(local.Year(), local.Month(), day+days, 0, f.ToMinute, 0, 0, zone)
		all = append(all, window{from, to, f})
	}
	return all, ""
}

// clockTime is a time in its own zone, with the date where it isn't within six days.
func clockTime(t, now time.Time) string {
	zone := t.Location().String()
	if t.Sub(now) < 6*24*time.Hour {
		return t.Format("Mon 15:04 ") + zone
	}
	return t.Format("Mon 2 Jan 2006 15:04 ") + zone
}

// between are two times as a sentence says them, in UTC.
func between(a, b time.Time) string {
	a, b = a.UTC(), b.UTC()
	if a.Format(time.DateOnly) == b.Format(time.DateOnly) {
		return a.Format("15:04") + "–" + b.Format("15:04 UTC")
	}
	return a.Format("2 Jan 15:04") + " – " + b.Format("2 Jan 15:04 UTC")
}
