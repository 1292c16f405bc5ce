package cockpit

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/theme"
)

func TestCoverageScreens(t *testing.T) {
	for _, size := range sizes {
		name := fmt.Sprintf("%dx%d", size.width, size.height)
		t.Run(name, func(t *testing.T) {
			d := start(t, acme(), size.width, size.height, look(t, dark))
			d.press("3").golden("coverage-" + name)
			d.press("0", "j", "j").press("3").golden("coverage-api-" + name)
			if d.c.wide() {
				d.press("z").golden("coverage-zoomed-" + name)
			}
			d.press("enter").golden("coverage-sheet-" + name)
		})
	}
}

func TestDetailsOfCoverage(t *testing.T) {
	d := start(t, acme(), 120, 36, look(t, dark))
	d.press("j", "j").press("3", "enter").see("coverage of v2.14.0", "82.1 %: 4,840 of 5,895", "3 of 20", "41–57", "12–14, 80, 131")
	d.press("G").see("coverage.out in coverage-linux", "ci.yml #101", "LF says 201")
	d.press("g").to("▸ services/payments/internal").see("enter unfold")
	d.press("enter").to("▾ services/payments/internal").see("enter fold").press("j", "j", "j", "j").see("login.go", "40 of 50", "20–29", "20–38")
	d.press("k", "k", "k", "k").to("▾ services/payments/internal").press("enter").see("▸ services/payments/internal").miss("20–29")
	d.press("g").to("evidence").press("enter").see("gate coverage", "GET /repos/acme/api")
	d.to("its packages, files").press("enter").see("coverage of v2.14.0", "41–57").press("esc", "esc")
	d.press("g").to("coverage.out").press("enter").see("api: ci.yml #101").press("esc", "esc")
	d.press("z").to("cmd/api").press("enter").to("▾ cmd/api").see("login.go")
	d.press("y").see("copied the row: cmd/api: 250 of 275 lines covered")
}

func TestCoverageOfTheFleet(t *testing.T) {
	d := start(t, acme(), 160, 48, look(t, dark))
	d.press("3", "z").see("✗ fail", "82.1 %", "min 85 %", "1.4 less", "v3.1.0, stated by codecov", "as before", "? unknown", "◔ wait", "no coverage of 4b1d2aa yet")
	d.press("enter").see("api → production: coverage of v2.14.0").press("esc")
	d.press("/").typed("codecov").press("enter").miss("82.1 %")
	d.press("esc").press("/").typed("fail").press("enter").see("82.1 %").miss("85.2 %")
}

// Where there is nothing to show, the reason is.
func TestCoverageThatCantBeShownSaysWhy(t *testing.T) {
	bare := func(change func(e *readiness.Environment)) *memory {
		m := acme()
		for name, d := range m.details {
			for i := range d.Assessment.Environments {
				e := &d.Assessment.Environments[i]
				e.Coverage = readiness.Coverage{}
				change(e)
			}
			m.details[name] = d
			for i := range m.board.Services {
				if m.board.Services[i].Service == name {
					m.board.Services[i] = d.Assessment.Summary()
				}
			}
		}
		return m
	}
	finding := func(e *readiness.Environment) *model.Finding { return e.Finding(model.GateCoverage) }
	none := bare(func(e *readiness.Environment) {
		f := finding(e)
		f.Result, f.Why, f.Settle = model.NotApplicable, "no coverage is configured, and none was found", ""
	})
	d := start(t, none, 80, 24, look(t, dark))
	d.press("3").see("No coverage is configured, and none was found.", `coverage: {artifact: "coverage*", minimum: 80}`)
	d.press("0", "j", "j").press("3").see("No coverage is configured", "Codecov or Coveralls")

	unread := bare(func(e *readiness.Environment) {
		f := finding(e)
		e.Coverage.Configured = true
		f.Result, f.Why, f.Settle = model.Unknown, "reports of 87c024d have not been read yet", "reading reports of 87c024d"
	})
	d = start(t, unread, 80, 24, look(t, dark))
	d.press("3").see("? unknown", "reports of 87c024d have not been read yet")
	d.press("0", "j", "j").press("3").see("? unknown production", "to settle it: reading reports of 87c024d")

	off := bare(func(e *readiness.Environment) {
		var kept []model.Finding
		for _, f := range e.Findings {
			if f.Gate != model.GateCoverage {
				kept = append(kept, f)
			}
		}
		e.Findings = kept
	})
	d = start(t, off, 80, 24, look(t, dark))
	d.press("0", "j", "j").press("3").see("The gate coverage is off for every environment of api.")
}

func TestCoverageInEveryTheme(t *testing.T) {
	for _, o := range []theme.Options{
		{Name: theme.Dark, Profile: theme.Colors256}, {Name: theme.Light, Profile: theme.Colors256}, {Name: theme.Sixteen, Profile: theme.Colors16},
		{Name: theme.Mono}, {Name: theme.Mono, ASCII: true},
	} {
		for _, size := range sizes {
			d := start(t, acme(), size.width, size.height, look(t, o))
			d.press("3").exact()
			d.see("fail", "82.1 %").harmless(fmt.Sprint(o.Name, size))
			d.press("0", "j", "j").press("3").exact()
			d.press("z").exact()
			d.see("fail production").harmless(fmt.Sprint(o.Name, size))
			d.press("g", "enter").exact()
			d.see("41", "57", "171 lines").harmless(fmt.Sprint(o.Name, size))
			d.press("G").exact()
			if o.ASCII && strings.ContainsFunc(d.screen(), func(r rune) bool { return r > 0x7e }) {
				t.Errorf("not ASCII alone:\n%s", d.screen())
			}
		}
	}
	d := start(t, acme(), 120, 36, look(t, theme.Options{Name: theme.Mono, ASCII: true}))
	d.press("j", "j").press("3", "z").golden("coverage-ascii-120x36")
}

// The trend is asked for once for what was read, and a late answer for another service is dropped.
func TestTheTrendIsAskedForOnce(t *testing.T) {
	m := acme()
	d := start(t, m, 160, 48, look(t, dark))
	d.press("j", "j").press("3")
	if m.asked != 1 {
		t.Fatalf("the history of coverage was asked for %d times", m.asked)
	}
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	if m.asked != 1 {
		t.Errorf("news of something else asked for it again")
	}
	d.press("z").see("Trend", "23 Sep", "releases: v2.14.0 82.1 %, v2.13.2 83.5 %")
}
