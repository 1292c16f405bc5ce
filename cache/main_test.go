package cache

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"

	"gonogo/model"
)

// TestMain is also the second process of the tests that need one.
func TestMain(m *testing.M) {
	switch os.Getenv("CACHE_TEST_ROLE") {
	case "writer":
		writeForEver(os.Getenv("CACHE_TEST_PATH"), os.Getenv("CACHE_TEST_NAME"))
	case "reader":
		readOnce(os.Getenv("CACHE_TEST_PATH"))
	default:
		goleak.VerifyTestMain(m)
	}
}

// another starts this test binary in a role.
func another(t *testing.T, role, path, name string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CACHE_TEST_ROLE="+role, "CACHE_TEST_PATH="+path, "CACHE_TEST_NAME="+name)
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForEver writes and reads transactions of several tables until it is killed, and prints a line for each that was
// committed.
func writeForEver(path, name string) {
	ctx := context.Background()
	c, err := Open(ctx, Options{Path: path})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	s := api(name)
	for i := 1; ; i++ {
		if err := c.Write(ctx, func(tx *Tx) error {
			if err := tx.PutRuns(s, []model.Run{{ID: int64(i), SHA: sha(i), Status: model.StatusCompleted, CreatedAt: noon, UpdatedAt: noon}}); err != nil {
				return err
			}
			if err := tx.PutRead(s, model.Read{Signal: model.SignalRuns, At: noon, Why: model.Text(fmt.Sprint(i))}); err != nil {
				return err
			}
			tx.Changed(name, model.SignalRuns)
			return nil
		}); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		if _, err := c.Facts(ctx, s, nil); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// readOnce opens the cache as the user nobody would and says what it finds.
func readOnce(path string) {
	c, err := Open(context.Background(), Options{Path: path, Now: fixed})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	f, err := c.Facts(context.Background(), api("api"), nil)
	fmt.Printf("releases=%d error=%v\n%s\n", len(f.Releases), err, c.Notice())
	c.Close()
}
