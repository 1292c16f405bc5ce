package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gonogo/model"
)

// dateLayout is a day as files write it.
const dateLayout = "2006-01-02"

// weeklyPattern is compiled where there is a weekly freeze, not at every start.
const weeklyPattern = `^\s*([A-Za-z]+)\s+(\d{1,2}):(\d{2})\s*(?:-|–|—|to)\s*([A-Za-z]+)\s+(\d{1,2}):(\d{2})\s*$`

func (b *builder) freeze(f *freezeFile, services []model.Service) model.Freeze {
	out := model.Freeze{
		Weekly: f.has("weekly"), From: f.From.v, To: f.To.v, Zone: f.Zone.v, Reason: f.Reason.v,
		Environments: values(f.Environments), Services: values(f.Services),
	}
	b.zone(f.Zone)
	dated := f.keys["from"] != nil || f.keys["to"] != nil
	switch {
	case f.keys["weekly"] != nil && dated:
		b.errorAt(f.key("weekly"), "make two freezes of it", "a freeze is weekly, or from a day to another, not both")
	case out.Weekly:
		b.weekly(f.Weekly, &out)
	case dated:
		b.dated(f)
		out.Text = f.From.v + " to " + f.To.v
	case f.keys["weekly"] == nil && !f.lost:
		b.errorAt(f.at, `add weekly: "Fri 16:00 - Mon 08:00", or from: and to:`, "a freeze without a time")
	}
	b.freezeNames(f, services)
	return out
}

// freezeNames notes environments and services that don't exist: the window would hold for nothing, unnoticed.
func (b *builder) freezeNames(f *freezeFile, services []model.Service) {
	var names, environments []string
	for _, s := range services {
		names = append(names, s.Name)
		for _, e := range s.Environments {
			if !contains(environments, e.Name) {
				environments = append(environments, e.Name)
			}
		}
	}
	for _, t := range f.Environments {
		if !contains(environments, t.v) {
			b.errorAt(t.at, didYouMean(t.v, environments), "no service has an environment %q", t.v)
		}
	}
	for _, t := range f.Services {
		if !contains(names, t.v) {
			b.errorAt(t.at, didYouMean(t.v, names), "there is no service %q", t.v)
		}
	}
	for key, list := range map[string][]text{"environments": f.Environments, "services": f.Services} {
		if f.has(key) && len(list) == 0 {
			b.errorAt(f.key(key), "leave it out to mean all", "an empty list holds for nothing")
		}
	}
}

func (b *builder) zone(t text) {
	if t.at == nil {
		return
	}
	if _, err := time.LoadLocation(t.v); err != nil || t.v == "Local" {
		b.errorAt(t.at, "as in Europe/Vienna", "%q is not the name of a time zone", t.v)
	}
}

func (b *builder) weekly(t text, out *model.Freeze) {
	out.Text = "every week " + strings.Join(strings.Fields(t.v), " ")
	m := regexp.MustCompile(weeklyPattern).FindStringSubmatch(t.v)
	if m == nil {
		b.errorAt(t.at, `as in "Fri 16:00 - Mon 08:00"`, "%q is not a weekly window", t.v)
		return
	}
	var ok [4]bool
	out.FromDay, ok[0] = weekday(m[1])
	out.FromMinute, ok[1] = minutes(m[2], m[3])
	out.ToDay, ok[2] = weekday(m[4])
	out.ToMinute, ok[3] = minutes(m[5], m[6])
	for i, part := range []string{m[1], m[2] + ":" + m[3], m[4], m[5] + ":" + m[6]} {
		if !ok[i] {
			what := "a time of day"
			if i%2 == 0 {
				what = "a day of the week"
			}
			b.errorAt(t.at, `as in "Fri 16:00 - Mon 08:00"`, "%q is not %s", part, what)
			return
		}
	}
	if out.FromDay == out.ToDay && out.FromMinute == out.ToMinute {
		b.errorAt(t.at, "", "the window ends when it begins")
	}
}

// weekday reads Fri or Friday.
func weekday(s string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(day.String()), strings.ToLower(s)) {
			return day, true
		}
	}
	return 0, false
}

// minutes reads a time of day up to 24:00.
func minutes(hours, mins string) (int, bool) {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(mins)
	return h*60 + m, h < 24 && m < 60 || h == 24 && m == 0
}

func (b *builder) dated(f *freezeFile) {
	var days []time.Time
	for _, key := range []string{"from", "to"} {
		t := f.From
		if key == "to" {
			t = f.To
		}
		if t.at == nil {
			b.missing(&f.place, key, fmt.Sprintf("add %s:, a day as 2026-12-20", key), "a freeze with one end")
			continue
		}
		day, err := time.Parse(dateLayout, t.v)
		if err != nil {
			b.errorAt(t.at, "as in 2026-12-20", "%q is not a day", t.v)
			continue
		}
		days = append(days, day)
	}
	if len(days) == 2 && days[1].Before(days[0]) {
		b.errorAt(f.To.at, "", "the freeze ends (%s) before it begins (%s)", f.To.v, f.From.v)
	}
}
