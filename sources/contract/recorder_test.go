package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gonogo/sources/contract"
)

// fakeTest stands in for the test that a recorder would fail.
type fakeTest struct {
	failures []string
	cleanups []func()
}

func (f *fakeTest) Helper()                   {}
func (f *fakeTest) Cleanup(done func())       { f.cleanups = append(f.cleanups, done) }
func (f *fakeTest) Errorf(s string, a ...any) { f.failures = append(f.failures, fmt.Sprintf(s, a...)) }
func (f *fakeTest) Fatalf(s string, a ...any) { f.Errorf(s, a...) }
func (f *fakeTest) end() {
	for _, done := range f.cleanups {
		done()
	}
}

func TestARecorderFailsItsTestAtTheEndAndNamesEachViolationOnce(t *testing.T) {
	fake := &fakeTest{}
	recorder := contract.NewRecorder(fake, contract.GitHubCom)
	wrong := httptest.NewRequest(http.MethodGet, runsPath+"?sha=abc", nil)
	header := http.Header{"Content-Type": {"application/json"}}
	for range 3 {
		recorder.Record(wrong, nil, 200, header, []byte(noRuns))
	}
	recorder.Record(httptest.NewRequest(http.MethodGet, refPath, nil), nil, 200, header, []byte(goodRef))
	recorder.Record(httptest.NewRequest(http.MethodPost, "/graphql", nil), []byte(`{"query":"{verdict}"}`), 200, header, []byte(`{}`))
	if len(fake.failures) != 0 {
		t.Errorf("failed before the end: %q", fake.failures)
	}
	fake.end()
	if recorder.Seen() != 5 || len(fake.failures) != 2 {
		t.Fatalf("saw %d exchanges and %d violations, want 5 and 2: %q", recorder.Seen(), len(fake.failures), fake.failures)
	}
	for i, want := range []string{"3 times", `"verdict"`} {
		if !strings.Contains(fake.failures[i], want) {
			t.Errorf("violation %d doesn't say %s: %s", i, want, fake.failures[i])
		}
	}
}

func TestATransportJudgesItsOwnHostAloneAndHandsTheAnswerOn(t *testing.T) {
	fake := &fakeTest{}
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"total_count":"many"}`)
	})
	api, storage := httptest.NewServer(answer), httptest.NewServer(answer)
	defer api.Close()
	defer storage.Close()
	client := &http.Client{Transport: contract.Transport(fake, contract.Enterprise, nil, api.URL+"/api/v3")}
	for _, url := range []string{api.URL + "/api/v3" + runsPath, storage.URL + "/log.zip"} {
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || string(body) != `{"total_count":"many"}` {
			t.Errorf("%s: the answer was not handed on whole: %q, %v", url, body, err)
		}
	}
	fake.end()
	if len(fake.failures) != 1 || !strings.Contains(fake.failures[0], "total_count") {
		t.Errorf("want the one violation of the API's host: %q", fake.failures)
	}
}

func TestATransportHandsOnACutAnswerAndBlamesNobody(t *testing.T) {
	fake := &fakeTest{}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"total_count":`)
	}))
	defer api.Close()
	client := &http.Client{Transport: contract.Transport(fake, contract.GitHubCom, nil, api.URL)}
	resp, err := client.Get(api.URL + runsPath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err == nil || string(body) != `{"total_count":` {
		t.Errorf("want what came and the cut: %q, %v", body, err)
	}
	fake.end()
	if len(fake.failures) != 0 {
		t.Errorf("the cut was taken for a violation: %q", fake.failures)
	}
}
