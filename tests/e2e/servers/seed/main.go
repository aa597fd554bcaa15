// Command seed fills the etcd of an API server that doesn't run yet with a large cluster, as the server itself stores
// it, and prints the pulls that fail in it as a JSON array.
//
// Names, sizes and the failing pulls are the same in every run, and the pods that are not simply healthy are the same
// in clusters of every size; times are counted back from now, so that ages are those of a cluster that runs.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	etcd := flag.String("etcd", "", "URL of etcd")
	pods := flag.Int("pods", 50_000, "how many pods the cluster has")
	hides := flag.Bool("hard", false, "whatever hides a failing pull, or looks like one, is there")
	flag.Parse()
	scenarios := plain
	if *hides {
		scenarios = hard
	}
	if err := run(context.Background(), *etcd, *pods, scenarios); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, etcd string, pods int, scenarios []scenario) error {
	store, err := newStore(ctx, etcd)
	if err != nil {
		return err
	}
	failing, err := newCluster(store, pods, time.Now().UTC().Truncate(time.Second)).fill(scenarios)
	// what was queued is written even after a fault, for its writers have to end
	if closed := store.close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(failing)
}
