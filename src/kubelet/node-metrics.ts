import { type Metric, metricText } from "../api/metric-text.ts";
import type { Clock } from "../sim/clock.ts";
import type { Kubelet } from "./kubelet.ts";
import { totalUsage, usageOf } from "./node-stats.ts";

/** A kubelet's `/metrics`, in Prometheus' text format. */
export function kubeletMetrics({ name, workers }: Kubelet): string {
  const lives = workers.flatMap((worker) => worker.lives);
  const running = lives.filter((life) => life.running).length;
  return metricText([
    {
      name: "kubelet_node_name",
      help: "The node's name. The count is always 1.",
      type: "gauge",
      samples: [[{ node: name }, 1]],
    },
    {
      name: "kubelet_running_containers",
      help: "Number of containers currently running",
      type: "gauge",
      samples: [
        [{ container_state: "exited" }, lives.length - running],
        [{ container_state: "running" }, running],
      ],
    },
    {
      name: "kubelet_running_pods",
      help: "Number of pods that have a running pod sandbox",
      type: "gauge",
      samples: [[{}, workers.filter(({ sandbox }) => sandbox.isReady).length]],
    },
  ]);
}

/** A kubelet's `/metrics/resource`, from which metrics-server learns what is used. */
export function resourceMetrics({ workers }: Kubelet, clock: Clock): string {
  const measured = workers.map(({ pod, lives }) => {
    const labels = { namespace: pod.metadata.namespace ?? "", pod: pod.metadata.name };
    const running = lives.filter((life) => life.running);
    const rows = running.map((life) => ({
      labels: { container: life.spec.name, ...labels },
      usage: usageOf(life, clock),
    }));
    return { labels, rows, usage: totalUsage(rows.map(({ usage }) => usage)) };
  });
  const containers = measured.flatMap(({ rows }) => rows);
  const pods = measured.filter(({ rows }) => rows.length > 0);
  const ofNode = [{ labels: {}, usage: totalUsage(containers.map(({ usage }) => usage)) }];
  return metricText(
    [
      { prefix: "container", what: "the container", rows: containers },
      { prefix: "node", what: "the node", rows: ofNode },
      { prefix: "pod", what: "the pod", rows: pods },
    ].flatMap(({ prefix, what, rows }): Metric[] => [
      {
        name: `${prefix}_cpu_usage_seconds_total`,
        help: `Cumulative cpu time consumed by ${what} in core-seconds`,
        type: "counter",
        samples: rows.map(({ labels, usage }) => [labels, usage.cpuNanoseconds / 1e9]),
      },
      {
        name: `${prefix}_memory_working_set_bytes`,
        help: `Current working set of ${what} in bytes`,
        type: "gauge",
        samples: rows.map(({ labels, usage }) => [labels, usage.memoryBytes]),
      },
    ]),
  );
}

/** A kubelet's `/metrics/probes`. */
export function probeMetrics({ workers }: Kubelet): string {
  const samples = workers.flatMap(({ pod, lives }) => {
    const { name, namespace = "", uid = "" } = pod.metadata;
    return lives.flatMap((life) =>
      life.probeCounts.list.map(({ kind, outcome, total }): Metric["samples"][number] => [
        { container: life.spec.name, namespace, pod: name, pod_uid: uid, probe_type: kind, result: resultOf[outcome] },
        total,
      ]),
    );
  });
  const help = "Cumulative number of a liveness, readiness or startup probe for a container by result.";
  return metricText([{ name: "prober_probe_total", help, type: "counter", samples }]);
}

const resultOf = { success: "successful", failure: "failed", error: "unknown" } as const;
