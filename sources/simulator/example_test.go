package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"gonogo/sources/simulator"
)

func Example() {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	w := simulator.New(simulator.Options{Seed: 1, Now: func() time.Time { return now }, Start: now.Add(-time.Hour)})

	api := w.Repository("acme/api").Public()
	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}})
	api.Push(simulator.Change{Message: "Add invoices"})
	w.Pass(30 * time.Minute)
	api.Push(simulator.Change{Message: "Break them", Outcomes: simulator.Outcomes{"ci": simulator.Failure}})

	s, err := w.Serve()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	resp, err := http.Get(s.URL() + "repos/acme/api/actions/runs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var list struct {
		Runs []struct {
			Title      string `json:"display_title"`
			Conclusion string
		} `json:"workflow_runs"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range list.Runs {
		fmt.Println(r.Title+":", r.Conclusion)
	}
	// Output:
	// Break them: failure
	// Add invoices: success
}
