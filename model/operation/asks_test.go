package operation

import (
	"strings"
	"testing"

	"gonogo/model"
)

// What an operation asks of a token, by its kind, the way to deploy, and where it goes.
func TestWhatIsAskedOfAToken(t *testing.T) {
	app, ops := model.Repo{Host: "github.com", Owner: "acme", Name: "api"}, model.Repo{Host: "github.com", Owner: "acme", Name: "ops"}
	service := func(d model.Deploy) *model.Service { return &model.Service{Name: "api", Repo: app, Deploy: d} }
	production, staging := &model.Environment{Name: "production", Tier: model.Production}, &model.Environment{Name: "staging"}
	another := &model.Environment{Name: "production", Tier: model.Production, RollbackBy: &model.RollbackWorkflow{Workflow: "rollback.yml"}}
	for _, c := range []struct {
		name         string
		kind         Kind
		service      *model.Service
		env          *model.Environment
		lockOptional bool
		want         string
	}{
		{"a dispatch to production", Promote, service(model.Deploy{Workflow: "deploy.yml"}), production, false, "Actions api, Contents api"},
		{"a dispatch elsewhere", Promote, service(model.Deploy{Workflow: "deploy.yml"}), staging, false, "Actions api"},
		{"where the lock is optional", Promote, service(model.Deploy{Workflow: "deploy.yml"}), production, true, "Actions api"},
		{"from another repository", Promote, service(model.Deploy{Workflow: "deploy.yml", Repo: ops}), production, false, "Actions ops, Contents api"},
		{"a deployment", RollBack, service(model.Deploy{Deployment: true}), staging, false, "Deployments api"},
		{"a publication", Promote, service(model.Deploy{Release: true}), staging, false, "Contents api"},
		{"back by a workflow of its own", RollBack, service(model.Deploy{Release: true}), another, false, "Actions api, Contents api"},
		{"a run that deploys once more", Redeploy, service(model.Deploy{Deployment: true}), production, false, "Actions api, Contents api"},
		{"a run that deploys cancelled", Abort, service(model.Deploy{Release: true}), staging, false, "Actions api"},
		{"another run", Rerun, service(model.Deploy{Workflow: "deploy.yml", Repo: ops}), nil, false, "Actions api"},
		{"a review", Reject, service(model.Deploy{Workflow: "deploy.yml", Repo: ops}), nil, false, "Deployments ops"},
		{"a hold", Lift, service(model.Deploy{Workflow: "deploy.yml"}), production, true, "Contents api"},
		{"a prerelease", Publish, service(model.Deploy{Workflow: "deploy.yml"}), nil, false, "Contents api"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asks := Asks(c.kind, c.service, c.env, c.lockOptional)
			var got []string
			for _, a := range asks {
				got = append(got, string(a.Write)+" "+a.Repo.Name)
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("it asks for %q, want %s", got, c.want)
			}
			for i, a := range asks {
				for _, w := range []model.Write{a.Write, ""} {
					if why := Forbidden(asks, []model.Permission{{Repo: a.Repo, Write: w, Why: "no"}}); !strings.HasPrefix(why, "no") || i == 1 && w != "" && !strings.HasSuffix(why, "production is not touched without one") {
						t.Errorf("without %s of %s: %q", w, a.Repo.Name, why)
					}
				}
				if why := Forbidden(asks, []model.Permission{{Repo: model.Repo{Host: "ghe.example.com", Owner: "acme", Name: a.Repo.Name}, Write: a.Write, Why: "no"}}); why != "" {
					t.Errorf("what another host refuses: %q", why)
				}
			}
		})
	}
}
