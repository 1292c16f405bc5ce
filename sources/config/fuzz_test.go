package config

import (
	"errors"
	"testing"

	"gonogo/model"
)

// FuzzLoad holds Load to: a fleet or Errors, never both, never a panic; every error is safe to draw and names a line of
// the file; a fleet keeps what the rest of the program relies on, and the schema takes its file.
func FuzzLoad(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte(Shortest))
	f.Add([]byte(in("  deploy: {workflow: d.yml, inputs: {v: '{{.Tga}}'}}" + stop)))
	f.Add([]byte("defaults: &d {branch: main}\nservices: [*d]"))
	f.Add([]byte(withCheck("{prometheus: 'http://a', query: up, degraded: 2, unhealthy: 1}")))
	f.Add([]byte("a: !!merge <<\n? [b]\n: c\n---\nx"))
	schema := compile(f, Schema())
	f.Fuzz(func(t *testing.T, data []byte) {
		fleet, err := Load("gonogo.yml", data)
		var all Errors
		switch {
		case err == nil && fleet == nil, err != nil && fleet != nil:
			t.Fatalf("a fleet %v and the error %v", fleet, err)
		case err != nil && !errors.As(err, &all):
			t.Fatalf("%T", err)
		}
		for _, e := range all {
			if string(model.CleanLines(e.Error())) != e.Error() && len(e.Error()) < model.MaxText {
				t.Errorf("%q is not safe to draw", e.Error())
			}
			if e.Line < 0 || e.Line > 0 && e.Column < 1 || e.Caret < 0 {
				t.Errorf("%s is nowhere", e.Error())
			}
		}
		if fleet == nil {
			return
		}
		if err := schema.Validate(instance(t, string(data))); err != nil {
			t.Errorf("it is read, and the schema refuses it: %v", err)
		}
		if len(fleet.Services) == 0 || fleet.Keep <= 0 {
			t.Error("a fleet of nothing")
		}
		for _, s := range fleet.Services {
			if s.Name == "" || s.Repo.Host == "" || s.Repo.Owner == "" || s.Repo.Name == "" || len(s.Environments) == 0 {
				t.Errorf("half a service: %+v", s)
			}
			for _, e := range s.Environments {
				if e.Name == "" || e.GitHub == "" || e.Tier == "" || e.Rollback == "" {
					t.Errorf("half an environment: %+v", e)
				}
				for _, c := range e.Checks {
					if c.ID == "" || c.Name == "" || c.Kind == "" || c.Every <= 0 || c.Timeout <= 0 || c.MaxAge < c.Every || c.Failures < 1 {
						t.Errorf("half a check: %+v", c)
					}
				}
			}
		}
	})
}

func BenchmarkLoadOfTwentyServices(b *testing.B) { benchmarkLoad(b, 20) }

func BenchmarkLoadOfTwoHundredServices(b *testing.B) { benchmarkLoad(b, 200) }

func benchmarkLoad(b *testing.B, services int) {
	data := manyServices(services)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load("gonogo.yml", data); err != nil {
			b.Fatal(err)
		}
	}
}
