// Package simulator is a GitHub with behaviour, answering real HTTP on loopback:
// pushes become runs, jobs take time and end, deployments replace each other,
// reviewers are asked, limits are counted, connections break. It is what the
// demonstration shows and what tests run against. It imports nothing of this
// program's, nor a GitHub library: both sides of a conversation must not share
// one error.
//
// # Time
//
// A world has no clock of its own. It begins at Options.Start; until it is
// served, Pass lets time go by, so that a history is written down in the order in
// which it happened. From Serve on it follows Options.Now: before each request
// is answered, everything happens that has become due. A clock that a test
// moves works as well as one that runs fast, and the same seed and the same
// moments give the same answers, byte for byte (the ports aside).
//
// # Building
//
//	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
//	w := simulator.New(simulator.Options{Seed: 1, Now: clock.Now, Start: now.AddDate(0, 0, -7)})
//
//	api := w.Repository("acme/api")
//	api.Environment("production", simulator.Protection{Reviewers: []string{"mona", "acme/ops"}})
//	api.Workflow(simulator.WorkflowPlan{Path: "ci.yml", On: []string{"push"}, Jobs: []simulator.JobPlan{
//		{Name: "build", Duration: 2 * time.Minute},
//		{Name: "test", Needs: []string{"build"}, Duration: 5 * time.Minute},
//	}})
//	api.Workflow(simulator.WorkflowPlan{
//		Path: "deploy.yml", Concurrency: "deploy-{environment}",
//		Jobs: []simulator.JobPlan{{Name: "deploy", Environment: "{environment}"}},
//	})
//
//	good := api.Push(simulator.Change{Message: "Add invoices", By: "hubot"})
//	w.Pass(time.Hour) // its run of ci.yml succeeds meanwhile
//	api.Release(simulator.ReleaseOf{Tag: "v1.0.0", Prerelease: true})
//	api.Deploy("staging", "v1.0.0")                        // through the API, successful at once
//	d := api.Deployment(simulator.DeploymentOf{Environment: "staging", Ref: good.SHA})
//	d.Status(simulator.StatusOf{State: simulator.Failure}) // or state by state
//
//	bad := api.Push(simulator.Change{Message: "Break", Outcomes: simulator.Outcomes{"test": simulator.Failure}})
//	run := api.Run(simulator.RunOf{Workflow: "deploy.yml", Ref: "v1.0.0", By: "mona", // a person's dispatch
//		Inputs: map[string]string{"environment": "production"}})
//	err := run.Approve("acme-ops-member", "go")           // or Reject, Cancel, Rerun, RerunFailed
//
// What comes from elsewhere has builders too: Pull and Merge for pull requests,
// Status and Check for CI outside Actions, RunOf.Fork, RunOf.Event ("schedule",
// "merge_group"), WorkflowPlan.Unlisted for runs whose workflow no list shows,
// Run.Settle for states that are hard to reach, Rename, Archive and Remove for
// repositories.
//
// At, After and Every run scripts when the world's time comes; a script may call
// everything above, and for it time stands still.
//
//	w.After(20*time.Minute, func() { run.Cancel("hubot") })
//
// # Serving
//
//	s, err := w.Serve()
//	defer s.Close()
//	client.BaseURL = s.URL() // GraphQL at s.GraphQLURL(), logs and artifacts at s.StorageURL()
//
// Any token is good for everything until Token makes some known; from then on
// others answer 401. Requests tells what was asked and what was charged, Leaks
// which tokens came to the storage host, Fault and SecondaryLimit make trouble,
// Exhaust and Spend use a budget up. Options.OnExchange shows every answer to
// whoever holds it against GitHub's description.
//
// # What is deployed
//
// NewServices are what the deployments run: real HTTP health checks, a scrape and
// a small Prometheus, which answer for the release that runs where they are asked.
// Behave makes a release bad, slow or failing, and Fault breaks the connection.
//
// Demo is a world with stories and DemoConfig the gonogo.yml that looks at it;
// Fleet and FleetConfig are the same for many alike services.
//
// Beside reading it is served to act: dispatches, re-runs, cancelling, reviews,
// deployments and their statuses, releases made public, refs and tag objects,
// GraphQL's updateRefs. What GitHub knows beyond that answers 404.
package simulator
