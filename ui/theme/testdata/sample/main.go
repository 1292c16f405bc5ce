// A sample of everything that a theme draws, to look at after a change:
//
//	go run ./ui/theme/testdata/sample dark dark
//	go run ./ui/theme/testdata/sample mono dark ascii
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"gonogo/model"
	"gonogo/ui/plot"
	"gonogo/ui/theme"
)

func main() {
	th, err := theme.New(theme.Options{Name: os.Args[1], Dark: os.Args[2] == "dark", Profile: theme.Colors256, ASCII: len(os.Args) > 3})
	if err != nil {
		panic(err)
	}
	var fleet []string
	for i, v := range []model.Verdict{model.Go, model.NoGo, model.Waiting, model.Undecided, model.UpToDate, model.Erroneous, model.Go} {
		s := th.Verdict(v)
		line := " " + th.Fit(fmt.Sprintf("%-12s", []string{"api", "web", "billing", "search", "mailer", "ledger", "auth"}[i]), 12) + th.Version.Render(fmt.Sprintf("v2.%d.0", i+3)) + "  " + s.Render()
		line = th.Fit(line, 36)
		if i == 1 {
			line = th.Selection.Over(th.Symbols.Cursor + line[1:])
		}
		fleet = append(fleet, line)
	}
	left := th.Box(theme.Box{Title: th.Heading.Render("Fleet"), Note: th.Faint.Render("7 services"), Width: 38, Height: 12, Focused: true}, fleet)
	var runs []string
	for i, c := range []model.Conclusion{model.Success, model.Failure, model.Cancelled, model.Skipped, ""} {
		st := model.StatusCompleted
		if c == "" {
			st = model.StatusInProgress
		}
		runs = append(runs, " "+th.Fit(th.Run(st, c).Render(), 14)+th.Fit("ci.yml", 10)+th.Faint.Render(fmt.Sprintf("#%d  main  %d min ago", 412-i, i*7+2)))
	}
	runs = append(runs, "", " "+th.Faint.Render("duration ")+plot.Sparkline(th, bars(40), 30), " "+th.Bar(0.6, 30)+" "+th.Faint.Render("4 of ~7 min"))
	mid := th.Box(theme.Box{Title: th.Heading.Render("CI"), Width: 56, Height: 12}, runs)
	var prod []string
	for _, h := range []model.HealthState{model.Healthy, model.Progressing, model.Degraded, model.Unhealthy, model.HealthUnknown} {
		prod = append(prod, " "+th.Health(h).Render())
	}
	lines := plot.Line(th, plot.Series{Bars: bars(60), Label: func(v float64) string { return plot.Span(time.Duration(v) * time.Millisecond) }}, 36, 4)
	for _, l := range lines {
		prod = append(prod, " "+l)
	}
	right := th.Box(theme.Box{Title: th.Strong.Render("api · production"), Width: 40, Height: 12, Production: true}, prod)
	fmt.Println(th.Brand.Render("gonogo") + th.Faint.Render("  shop · 2 GO · 1 NO-GO · 1 WAIT · read 12 s ago · API 4,712 of 5,000"))
	for i := range left {
		fmt.Println(left[i] + mid[i] + right[i])
	}
	var gates []string
	for r := model.NotApplicable; r <= model.Fail; r++ {
		gates = append(gates, th.Result(r).Render())
	}
	fmt.Println(strings.Join(gates, "   "))
	fmt.Println(th.Key.Render("j/k") + " move  " + th.Key.Render("enter") + " details  " + th.Key.Render("/") + " filter  " + th.Link.Render("https://github.com/acme/api") + "  " + th.Marked.Over("marked row ") + " " + th.Match.Render("match"))
}

func bars(n int) (b []plot.Bar) {
	for i := range n {
		v := float64(80 + (i*37)%50 + i)
		b = append(b, plot.Bar{Value: v, Bad: i%17 == 9, Missing: i == 20})
	}
	return b
}
