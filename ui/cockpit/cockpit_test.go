package cockpit

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gonogo/model"
	"gonogo/model/readiness"
	"gonogo/ui/intent"
	"gonogo/ui/pane"
	"gonogo/ui/theme"
)

func open(t *testing.T, width, height int) *driver {
	t.Helper()
	return start(t, acme(), width, height, look(t, dark))
}

func TestThePanesFollowTheSelectionOnlyAfterItHasRested(t *testing.T) {
	d := open(t, 120, 36)
	d.see("4 Deployments all services")
	d.send(key("j"))
	d.send(key("j"))
	d.wait(rest - time.Millisecond).see("4 Deployments all services")
	d.wait(time.Millisecond).see("4 Deployments api", "2 CI api")
	if want := []string{"api"}; !slices.Equal(d.src.selected, want) {
		t.Errorf("the source was told of %v, want %v: what the cursor only passed isn't read sooner", d.src.selected, want)
	}
	d.press("g").see("4 Deployments all services", "2 CI all services")
}

func TestRestsThatOvertakeEachOtherShowWhereTheCursorIs(t *testing.T) {
	d := open(t, 120, 36)
	_, first := d.c.Update(key("j"))
	_, second := d.c.Update(key("j"))
	if first == nil || second == nil {
		t.Fatal("a move says nothing")
	}
	d.run(second) // each is a goroutine's, so the later one may come first
	d.run(first)
	d.wait(rest).see("4 Deployments api", "2 CI api")
}

func TestAHeldKeyAsksForNothingUntilItIsLetGo(t *testing.T) {
	d := open(t, 120, 36)
	for range 8 {
		d.send(key("j"))
		d.wait(33 * time.Millisecond)
	}
	if len(d.src.selected) != 0 {
		t.Fatalf("while the key was held the source was asked for %v", d.src.selected)
	}
	d.wait(rest)
	if want := []string{"reports"}; !slices.Equal(d.src.selected, want) {
		t.Errorf("then it was asked for %v, want %v", d.src.selected, want)
	}
}

func TestAStaleAnswerIsDropped(t *testing.T) {
	d := open(t, 120, 36)
	d.press("j", "j").see("4 Deployments api")
	old := detailMsg{question: d.c.feed.question - 1, service: "api", detail: d.src.details["ledger"]}
	d.send(old)
	d.see("ci.yml failed on 3f2c1a9").miss("deploying v3.1.1")
	d.send(key("j")) // the cursor is on search now; an answer for api still comes
	api := d.src.details["api"]
	api.Assessment.Environments[1].Headline = "an answer that nobody waits for"
	d.send(detailMsg{question: d.c.feed.question, service: "api", detail: api})
	d.miss("an answer that nobody waits for")
	d.wait(rest).see("4 Deployments search")
}

func TestNewsAreShownAndAskedForOnceAtATime(t *testing.T) {
	d := open(t, 120, 36)
	d.press("j", "j")
	d.src.board.Services[0].Verdict = model.Go
	d.src.board.Services[0].Headline = "every required gate passes"
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.see("✓ 2 GO").miss("NO-GO  ?")

	d.c.feed.boardBusy = true // an answer is under way
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	d.send(eventsMsg{services: map[string]bool{"api": true}, ended: true})
	if !d.c.feed.boardAgain {
		t.Fatal("news that come while an answer is under way are forgotten")
	}
	before := len(d.waiting)
	d.send(boardMsg{board: d.src.board})
	if len(d.waiting) != before+1 {
		t.Errorf("%d questions wait to be asked again, want 1", len(d.waiting)-before)
	}
}

func TestKeysGoWhereTheFooterSays(t *testing.T) {
	d := open(t, 160, 48)
	d.see("z zoom", "q quit").miss("esc back")
	d.press("4", "z").see("unzoom", "0 Fleet · 1 Sprint · ", "[4 Deployments]").miss("┃› all services")
	d.press("esc").see("0 Fleet 8")
	d.press("enter").see("PRODUCTION billing → production", "esc back")
}

func TestBackIsAlwaysBack(t *testing.T) {
	d := open(t, 80, 24)
	d.press("j", "j", "4", "enter").see("PRODUCTION api → production", "Gates")
	d.to("✗ fail").press("enter").see("gate ci")
	d.press("esc").see("Gates")
	d.press("esc").see("[4 Deployments]  of api")
	d.press("esc").see("› api")
	if d.c.focus != 0 {
		t.Errorf("the focus is on pane %d, want the fleet", d.c.focus)
	}
	d.press("esc", "esc").see("› api") // nothing is left to go back from
}

func TestKeysThatArriveTogetherAllCount(t *testing.T) {
	d := open(t, 120, 36)
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj")})
	d.wait(rest).see("4 Deployments api")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("0g/led")})
	d.see("/led_ 1 of 9")
	d.press("esc")
	d.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true})
	if len(d.sent) > 0 {
		t.Error("pasted text is taken for keys")
	}
}

func TestFilter(t *testing.T) {
	d := open(t, 80, 24)
	d.press("/").typed("led").see("/led_ 1 of 9", "ledger", "enter done").miss("catalogue")
	d.press("q").see("/ledq_ 0 of 9") // a letter is text while the filter is typed
	d.press("backspace", "enter").see("/led 1 of 9", "esc all rows", "› ledger")
	d.press("esc").see("catalogue", "› ledger")
	d.press("/").typed("no-go").press("enter").see("api").miss("ledger")
	d.press("/", "esc").see("ledger")
	d.press("g", "4", "/").typed("unhealthy").see("billing").miss("› ledger")
}

func TestPaletteFindsAndDoes(t *testing.T) {
	d := open(t, 120, 36)
	d.press(":").see("All actions", "Go to Deployments")
	d.typed("deploym").see("Go to Deployments").miss("Draw the screen again")
	d.press("enter").miss("All actions")
	if at := d.c.panes[d.c.focus].Focus(); at != intent.Deployments {
		t.Errorf("the focus is on %s, want Deployments", at)
	}
	d.press(":").typed("help").see("Show every key").press("enter").see("Help", "Go to the fleet").press("?")
	d.press(":").typed("zzzz").see("No action is called so.")
	d.press("enter").see("All actions") // nothing is chosen, so nothing is done
	d.press("esc").miss("All actions")
}

func TestCopyAndLinkGoToTheTerminal(t *testing.T) {
	d := open(t, 120, 36)
	d.press("j", "j", "2").to("✗ failure").press("o").see("copied the link: https://github.com/acme/api/actions/runs/101")
	if len(d.sent) != 1 {
		t.Fatalf("%d messages went to the screen, want the clipboard's", len(d.sent))
	}
	d.press("y").see("copied the row: ✗ failure ci.yml main Log in with a passkey (#412)")
	d.press("k").miss("copied") // the next key takes the sentence away
	d.press("4", "enter")
	if view := d.c.View(); !strings.Contains(view, "\x1b]8;;https://github.com/acme/api/releases/tag/v2.14.0\x1b\\") {
		t.Error("a release on the screen is no link (OSC 8)")
	}
}

func TestJobsUnfold(t *testing.T) {
	d := open(t, 120, 36)
	d.press("j", "j", "2").to("✗ failure").press("enter").see("go test ./...").miss("golangci-lint")
	d.to("lint").see("enter show steps").press("enter").see("golangci-lint", "enter hide steps", "› ▾ ✓ success     lint")
	d.press("enter").miss("golangci-lint")
}

func TestRefreshReadsWhatIsSelected(t *testing.T) {
	d := open(t, 120, 36)
	d.press("r").see("reading every service again")
	d.press("j", "j", "r").see("reading api again")
	if len(d.src.refreshed) != 2 || len(d.src.refreshed[0]) != 0 || !slices.Equal(d.src.refreshed[1], []string{"api"}) {
		t.Errorf("asked for %v", d.src.refreshed)
	}
}

func click1(x, y int) tea.MouseMsg {
	return tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress}
}

// find is where a text stands on the screen, in cells.
func (d *driver) find(text string) (x, y int) {
	d.t.Helper()
	for y, line := range strings.Split(d.screen(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return len([]rune(line[:i])), y
		}
	}
	d.t.Fatalf("%q is not on the screen:\n%s", text, d.screen())
	return 0, 0
}

func TestMouse(t *testing.T) {
	d := open(t, 120, 36)
	d.send(click1(d.find("  ledger    ◔")))
	d.wait(rest).see("4 Deployments ledger", "› ledger")
	x, y := d.find("✓ healthy for 20d")
	d.send(click1(x, y))
	if at := d.c.panes[d.c.focus].Focus(); at != intent.Deployments {
		t.Fatalf("a click on Deployments left the focus on %s", at)
	}
	d.send(click1(x, y))
	d.see("deployment 610") // the second click on a row opens it
	x, y = d.find("esc back")
	d.send(click1(x+1, y))
	d.see("4 Deployments ledger")
	d.send(tea.MouseMsg{X: 5, Y: 8, Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress})
	d.wait(rest).see("4 Deployments mailer")
	small := open(t, 80, 24)
	small.send(click1(small.find("4 Deployments")))
	if small.c.panes[small.c.focus].Focus() != intent.Deployments {
		t.Error("a click on a tab doesn't go there")
	}
	small.send(click1(79, 0)) // nothing is there
}

func TestEverySizeAtAnyMoment(t *testing.T) {
	d := open(t, 120, 36)
	for _, keys := range [][]string{{"0", "j", "j"}, {"4"}, {"enter"}, {"?"}, {":"}, {"esc"}, {"esc"}, {"esc"}, {"2", "/"}, {"a"}, {"esc"}} {
		d.press(keys...)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {20, 5}, {79, 24}, {80, 23}, {80, 24}, {119, 50}, {120, 30}, {200, 60}, {400, 100}, {120, 36}} {
			d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			if size[0] == 0 {
				if d.c.View() != "" {
					t.Error("something is drawn on no terminal")
				}
				continue
			}
			d.exact()
		}
	}
}

func TestTooSmallSaysHowMuchIsMissing(t *testing.T) {
	d := open(t, 60, 20)
	d.see("gonogo needs 80×24 cells", "20 columns and 4 rows more")
	d.send(tea.WindowSizeMsg{Width: 79, Height: 24})
	d.see("1 column more").miss("rows")
}

func TestAllAgesChangeOnOneBeat(t *testing.T) {
	d := open(t, 160, 48)
	first := d.c.View()
	d.wait(2 * time.Second)
	if d.c.View() != first {
		t.Error("the screen changed between two beats")
	}
	d.wait(time.Minute)
	d.see("data 1m old")
	if d.c.View() == first {
		t.Error("nothing changed on the beat")
	}
}

func TestAStillFleetIsAStillScreen(t *testing.T) {
	src := acme()
	for i := range src.board.Services {
		for j := range src.board.Services[i].Environments {
			src.board.Services[i].Environments[j].Moving = false
		}
	}
	src.board.Runs = slices.DeleteFunc(src.board.Runs, func(r pane.ServiceRun) bool { return !r.Run.Done() })
	d := start(t, src, 160, 48, look(t, dark))
	n := len(d.waiting)
	if n != 1 {
		t.Fatalf("%d timers wait, want the beat alone", n)
	}
	if left := d.waiting[0].at.Sub(noon); left <= cellStep {
		t.Errorf("the beat of a still fleet comes after %s", left)
	}
}

const cellStep = 15 * time.Second

func TestWhatGoesOnIsCountedInStepsOfABeat(t *testing.T) {
	d := open(t, 160, 48)
	if left := d.waiting[len(d.waiting)-1].at.Sub(noon); left > cellStep {
		t.Fatalf("a run goes on, and the beat comes after %s", left)
	}
	d.press("j", "j", "2").see("2m00s", "━━━━────")
	d.wait(15 * time.Second).see("2m15s")
}

func TestNoticesSayWhatStandsInTheWay(t *testing.T) {
	tests := []struct {
		name   string
		status pane.Status
		want   []string
	}{
		{"offline", pane.Status{ReadAt: ago(time.Hour), Offline: true, Why: "github.com can't be reached: no such host"}, []string{"OFFLINE, data 1h old", "OFFLINE: GitHub does not answer (data from 11:00:07): github.com can't be reached: no such host"}},
		{"offline, by a service's reading", pane.Status{Offline: true, Why: "read CI runs of acme/api: no answer within 10 s; it is tried again later", Budgets: []pane.Budget{{Host: "github.com", Limit: 5000, Remaining: 4231}}},
			[]string{"OFFLINE, no data yet", "OFFLINE: github.com does not answer: no answer within 10 s; it is tried again later"}},
		{"not trusted", pane.Status{Trust: "./gonogo.yml is not trusted, so its checks do not run: gonogo trust"}, []string{"NOT TRUSTED", "gonogo trust"}},
		{"limited", pane.Status{Budgets: []pane.Budget{{Host: "github.com", Limit: 5000, Until: noon.Add(4 * time.Minute), Why: "the hourly limit is used up"}}}, []string{"github.com is asked again in 4m: the hourly limit is used up", "API 0 of 5,000"}},
		{"rebuilt", pane.Status{Notices: []string{"The cache was damaged and has been rebuilt."}}, []string{"The cache was damaged and has been rebuilt."}},
		{"a demo", pane.Status{Demo: true, Factor: 60}, []string{"DEMO ×60"}},
		{"the first reading", pane.Status{Progress: []pane.Progress{{Service: "api", Done: []model.Signal{model.SignalReleases}, Reading: []model.Signal{model.SignalDeployments}, Waiting: []model.Signal{model.SignalRuns}}}},
			[]string{"first reading: 7 of 8 verdicts are complete; api: reading deployments"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := acme()
			src.board.Status = test.status
			start(t, src, 160, 48, look(t, dark)).see(test.want...).exact()
		})
	}
}

func TestANoticeLeavesTheSelectedServiceItsVerdict(t *testing.T) {
	src := acme()
	src.board.Status = pane.Status{ReadAt: ago(time.Hour), Offline: true, Why: "no such host"}
	d := start(t, src, 160, 48, look(t, dark))
	d.press("j", "j").see("api → production  ✗ NO-GO  ci.yml failed", "OFFLINE: GitHub does not answer (data from 11:00:07): no such host").exact()
}

func TestWhatIsNotReadAnyMoreIsNotCountedOn(t *testing.T) {
	src := acme()
	src.board.Status = pane.Status{ReadAt: ago(time.Minute), Offline: true, Why: "no such host"}
	d := start(t, src, 160, 48, look(t, dark))
	d.to("ledger").press("4", "z").see("2m00s of about 4m00s")
	d.wait(8*time.Minute).see("▸ deploying", "was running when last read 8m ago").miss("of about 4m00s")
	d.press("z", "2").see("≥1m45s")
	d.to("running").press("enter").see("was running when last read 8m ago", "They can't be read now: OFFLINE: GitHub does not answer").miss("being read")
}

func TestAWaitingRunSaysWhatItWaitsFor(t *testing.T) {
	src := acme()
	ledger := src.details["ledger"]
	for i := range ledger.Assessment.Environments {
		if e := &ledger.Assessment.Environments[i]; e.Name == "production" {
			e.Lane = readiness.Lane{State: readiness.LaneReview, Run: run(401, "deploy.yml", "main", "Deploy v3.1.0", model.StatusWaiting, "", 4*time.Hour, 0)}
		}
	}
	d := start(t, src, 160, 48, look(t, dark))
	d.to("ledger").press("2").to("◔ waiting").press("enter").see("waits", "production: deploy.yml #88 waits for a review by @acme/release")
}

func TestAFleetBeforeItsFirstReading(t *testing.T) {
	src := acme()
	for i := range src.board.Services {
		s := &src.board.Services[i]
		s.Verdict, s.Environments, s.Headline, s.ReadAt, s.Worst = model.Undecided, nil, "never read", time.Time{}, ""
		src.board.Status.Progress = append(src.board.Status.Progress, pane.Progress{Service: s.Service, Done: []model.Signal{"releases"}, Reading: []model.Signal{"deployments"}, Waiting: []model.Signal{"runs"}})
	}
	src.board.Runs, src.board.Status.ReadAt = nil, time.Time{}
	d := start(t, src, 120, 36, look(t, dark))
	d.golden("first-120x36")
	d.see("reading 1/3", "1 read · reading deployments · 1 to come", "· first reading", "No run is known yet.")
}

func TestACacheThatCannotBeReadIsSaid(t *testing.T) {
	d := open(t, 120, 36)
	d.src.err = errors.New("disk I/O error")
	d.press("j", "j").see("What is known of api can't be read: disk I/O error")
	d.send(eventsMsg{services: map[string]bool{}, ended: true})
	d.see("The cache can't be read: disk I/O error", "catalogue") // the last known state stays
}

func TestKeysOfOnesOwn(t *testing.T) {
	src := acme()
	board := src.board
	c := New(Options{Source: src, Theme: look(t, dark), Board: &board, Now: func() time.Time { return noon }, Keys: map[string][]string{"down": {"n"}, "zoom": {"Z", "f5"}}})
	d := &driver{t: t, c: c, src: src, now: noon}
	c.after = func(after time.Duration, msg tea.Msg) tea.Cmd { return func() tea.Msg { return timerMsg{after, msg} } }
	d.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	d.press("j").see("› all services")
	d.press("n", "n").see("› api")
	d.see("Z zoom")

	wrong := New(Options{Source: src, Theme: look(t, dark), Board: &board, Now: func() time.Time { return noon }, Keys: map[string][]string{"dwon": {"n"}}})
	wrong.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	if !strings.Contains(wrong.View(), `there is no action "dwon"`) {
		t.Error("a misspelt action isn't said")
	}
}

func TestProductionHasAFrameAndAWordInEveryTheme(t *testing.T) {
	for _, o := range []theme.Options{dark, {Name: theme.Light, Profile: theme.Colors256}, {Name: theme.Sixteen, Profile: theme.Colors16}, {Name: theme.Mono}} {
		d := start(t, acme(), 120, 36, look(t, o))
		d.press("j", "j").see("╔═ PRODUCTION", "║")
		o.ASCII = true
		start(t, acme(), 120, 36, look(t, o)).press("j", "j").see("#= PRODUCTION")
	}
}

func TestAsciiDrawsWithAsciiAlone(t *testing.T) {
	d := start(t, acme(), 120, 36, look(t, theme.Options{Name: theme.Mono, ASCII: true}))
	d.golden("ascii-120x36")
	for _, keys := range [][]string{{"j", "j"}, {"4"}, {"enter"}, {"esc"}, {"2", "enter"}, {"?"}} {
		d.press(keys...)
		for _, r := range d.screen() {
			if r > 0x7e {
				t.Fatalf("%q is drawn:\n%s", r, d.screen())
			}
		}
	}
}

func TestNoColorSendsNoColor(t *testing.T) {
	d := start(t, acme(), 120, 36, look(t, theme.Options{Name: theme.Dark, Profile: theme.NoColor}))
	for _, code := range []string{"\x1b[3", "\x1b[9", "\x1b[4m\x1b[3", ";3", ";5;"} {
		if strings.Contains(d.c.View(), code) {
			t.Errorf("%q is sent", code)
		}
	}
}

func TestQuit(t *testing.T) {
	for _, k := range []string{"q", "ctrl+c"} {
		d := open(t, 120, 36)
		d.press("/", "esc", k)
		if len(d.sent) != 1 {
			t.Errorf("%s doesn't quit", k)
		}
	}
	d := open(t, 120, 36)
	d.press("/", "ctrl+c")
	if len(d.sent) != 1 {
		t.Error("ctrl+c doesn't quit while the filter is typed")
	}
}

func TestStylesOfTheScreen(t *testing.T) {
	d := open(t, 120, 36)
	d.press("j", "j", "4")
	compare(t, "styles-120x36", strings.ReplaceAll(d.c.View(), "\x1b", "␛")+"\n")
}
