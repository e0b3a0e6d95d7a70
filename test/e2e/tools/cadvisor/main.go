// Serves cAdvisor's metrics of Docker, Podman, containerd and CRI-O containers on /metrics, without its web interface.
// cAdvisor's command is in a separate module that Go module proxies do not provide.
package main

import (
	"flag"
	"log"
	"net"
	"net/http"
	"time"

	_ "github.com/google/cadvisor/container/docker/install"
	_ "github.com/google/cadvisor/container/podman/install"
	"github.com/google/cadvisor/lib/cache/memory"
	"github.com/google/cadvisor/lib/container"
	_ "github.com/google/cadvisor/lib/container/containerd/install"
	_ "github.com/google/cadvisor/lib/container/crio/install"
	"github.com/google/cadvisor/lib/manager"
	"github.com/google/cadvisor/lib/metrics"
	"github.com/google/cadvisor/lib/model"
	"github.com/google/cadvisor/lib/utils/sysfs"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"k8s.io/utils/clock"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "listen address")
	flag.Parse()

	interval, isDynamic := 100*time.Millisecond, false
	housekeeping := manager.HousekeepingConfig{Interval: &interval, AllowDynamic: &isDynamic}
	// The kubelet does not enable metrics per CPU either.
	included := container.MetricSet{
		container.CpuUsageMetrics:     struct{}{},
		container.MemoryUsageMetrics:  struct{}{},
		container.DiskIOMetrics:       struct{}{},
		container.NetworkUsageMetrics: struct{}{},
		container.ProcessMetrics:      struct{}{},
		container.OOMMetrics:          struct{}{},
		container.PressureMetrics:     struct{}{},
	}
	storage := memory.New(time.Minute, nil)
	containers, err := manager.New(storage, sysfs.NewRealSysFs(), housekeeping, included, []string{""}, []string{""}, "", 0)
	if err != nil {
		log.Fatal(err)
	}
	if err := containers.Start(); err != nil {
		log.Fatal(err)
	}

	registry := prometheus.NewRegistry()
	options := model.RequestOptions{IdType: model.TypeName, Count: 1, Recursive: true}
	labels := metrics.BaseContainerLabels(nil)
	registry.MustRegister(metrics.NewPrometheusCollector(containers, labels, included, clock.RealClock{}, options))
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))

	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
