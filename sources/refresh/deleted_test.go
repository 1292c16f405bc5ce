package refresh

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/cache"
	"gonogo/model"
	"gonogo/sources/simulator"
)

// What is deleted on GitHub goes, whichever way it is read.
func TestWhatIsDeletedOnGitHubGoes(t *testing.T) {
	t.Parallel()
	for name, noGraphQL := range map[string]bool{"after an overview": false, "over REST alone": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := onStage(t, simulator.FleetOf{Services: 1})
			s.world.Token("secret", simulator.Access{Scopes: []string{"repo"}, NoGraphQL: noGraphQL})
			s.begin(s.options())
			s.settled()
			s.pass(5 * time.Minute)
			repo := s.world.Repository("acme/service-001")
			before := s.facts("service-001")
			deployment, run := repo.Deployments()[0], repo.Runs()[1]
			if !holdsDeployment(before.Deployments, deployment.ID) || !holdsRun(before.Runs, run.ID) {
				t.Fatal("they were never read")
			}
			deployment.Remove()
			run.Remove()
			s.pass(10 * time.Minute)
			after := s.facts("service-001")
			if holdsDeployment(after.Deployments, deployment.ID) || holdsRun(after.Runs, run.ID) {
				t.Error("they are still there")
			}
			if len(after.Deployments) != len(before.Deployments)-1 || len(after.Runs) != len(before.Runs)-1 {
				t.Errorf("%d of %d deployments and %d of %d runs are left", len(after.Deployments), len(before.Deployments), len(after.Runs), len(before.Runs))
			}
		})
	}
}

func holdsDeployment(list []model.Deployment, id int64) bool {
	return slices.ContainsFunc(list, func(d model.Deployment) bool { return d.ID == id })
}

func holdsRun(list []model.Run, id int64) bool {
	return slices.ContainsFunc(list, func(r model.Run) bool { return r.ID == id })
}

// On a short budget only overviews are asked; they tell too.
func TestAnOverviewTellsWhatWasDeleted(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, clock: driven()}
	s.world, s.services = simulator.Fleet(simulator.Options{Seed: 7, Now: s.clock.Now, CoreLimit: 60}, simulator.FleetOf{Services: 3})
	s.serve()
	s.begin(s.options())
	s.settled()
	gone := s.world.Repository("acme/service-002").Deployments()[0]
	if !holdsDeployment(s.facts("service-002").Deployments, gone.ID) {
		t.Fatal("it was never read")
	}
	gone.Remove()
	s.world.ForgetRequests()
	s.pass(11 * time.Minute)
	for _, r := range s.world.Requests() {
		if strings.HasSuffix(r.Path, "service-002/deployments") {
			t.Fatal("REST was asked: nothing is told of overviews")
		}
	}
	if holdsDeployment(s.facts("service-002").Deployments, gone.ID) {
		t.Error("it is still there")
	}
}

// A deployment that is deleted before its statuses were read goes too; of a repository that the token no longer sees
// nothing does.
func TestDeploymentsWithoutStatusesThatWereDeletedGo(t *testing.T) {
	t.Parallel()
	for name, hidden := range map[string]bool{"deleted": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := onStage(t, simulator.FleetOf{Services: 1})
			r := s.begin(s.options())
			s.settled()
			r.Close()
			repo := s.world.Repository("acme/service-001")
			have := s.facts("service-001").Deployments
			var bare []int64
			for i := range have {
				if unread(&have[i]) {
					bare = append(bare, have[i].ID)
				}
			}
			if len(bare) == 0 {
				have[len(have)-1].Statuses, have[len(have)-1].StatusesRead = nil, false
				bare = []int64{have[len(have)-1].ID}
				s.put(have)
			}
			for _, d := range repo.Deployments() {
				if slices.Contains(bare, d.ID) {
					d.Remove()
				}
			}
			if hidden {
				repo.Remove()
			}
			f, err := r.fetchStatuses(t.Context(), s.client, job{service: s.fleet.Services[0], repo: s.fleet.Services[0].Repo})
			if hidden {
				if err == nil {
					t.Error("nothing is said of a repository that isn't seen")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.cache.Write(t.Context(), f.put); err != nil {
				t.Fatal(err)
			}
			left := s.facts("service-001").Deployments
			if slices.ContainsFunc(left, func(d model.Deployment) bool { return slices.Contains(bare, d.ID) }) || len(left) != len(have)-len(bare) {
				t.Errorf("%d of %d deployments are left, %d were deleted", len(left), len(have), len(bare))
			}
		})
	}
}

func (s *stage) put(list []model.Deployment) {
	s.t.Helper()
	if err := s.cache.Write(s.t.Context(), func(tx *cache.Tx) error { return tx.PutDeployments(s.fleet.Services[0], list, false) }); err != nil {
		s.t.Fatal(err)
	}
}
