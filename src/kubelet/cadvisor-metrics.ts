import { type Labels, type Metric, metricText } from "../api/metric-text.ts";
import { quantityValue } from "../api/quantity.ts";
import { qosClassOf } from "../resources/core/pod/qos-class.ts";
import type { Clock } from "../sim/clock.ts";
import type { ContainerLife } from "./container-life.ts";
import type { Kubelet } from "./kubelet.ts";
import { totalUsage, type Usage, usageOf } from "./node-stats.ts";
import type { PodWorker } from "./pod-worker.ts";

const cpuPeriodMicroseconds = 100_000;

/** What is measured of a container, of a pod, or of all that a node runs. */
interface Group {
  readonly labels: Labels;
  readonly usage: Usage;
  readonly startedAt: number;
  /** Of a container only. */
  readonly life?: ContainerLife;
}

/**
 * A kubelet's `/metrics/cadvisor`: what its containers use, and what they may. Pods have rows of their own, in which
 * `container` is empty, and so has the node, whose `id` is `/`.
 */
export function cadvisorMetrics(kubelet: Kubelet, clock: Clock): string {
  const pods = kubelet.workers.map((worker) => podGroups(worker, clock));
  const containers = pods.flatMap((groups) => groups.containers);
  const node: Group = {
    labels: labelsOf({ id: "/" }),
    usage: totalUsage(containers.map(({ usage }) => usage)),
    startedAt: kubelet.startedAt,
  };
  const groups = [node, ...pods.flatMap((one) => [one.pod, ...one.containers])];
  const { allocatable } = kubelet.context;
  return metricText([
    ...usageMetrics(groups, clock.now() / 1000),
    ...limitMetrics(containers),
    gauge("machine_cpu_cores", "Number of logical CPU cores.", [[{}, quantityValue(allocatable["cpu"] ?? "0")]]),
    gauge("machine_memory_bytes", "Amount of memory installed on the machine.", [[{}, kubelet.capacityOf("memory")]]),
  ]);
}

function podGroups({ pod, lives }: PodWorker, clock: Clock): { pod: Group; containers: readonly Group[] } {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const id = `/kubepods/${qosClassOf(pod).toLowerCase()}/pod${uid}`;
  const containers = lives.flatMap((life): Group[] => {
    if (!life.running) return [];
    const { containerId, image = "" } = life.record;
    const hash = containerId.replace("containerd://", "");
    const labels = labelsOf({
      container: life.spec.name,
      id: `${id}/${hash}`,
      image,
      name: hash,
      namespace,
      pod: name,
    });
    return [{ labels, usage: usageOf(life, clock), startedAt: life.running.container.startedAt, life }];
  });
  const startedAt = Math.min(clock.now(), ...containers.map((container) => container.startedAt));
  const usage = totalUsage(containers.map((container) => container.usage));
  return { pod: { labels: labelsOf({ id, namespace, pod: name }), usage, startedAt }, containers };
}

function labelsOf(labels: Labels): Labels {
  return { container: "", id: "", image: "", name: "", namespace: "", pod: "", ...labels };
}

function usageMetrics(groups: readonly Group[], nowSeconds: number): Metric[] {
  const of = (read: (group: Group) => number): Metric["samples"] =>
    groups.map((group) => [group.labels, read(group)] as const);
  const memory = of(({ usage }) => usage.memoryBytes);
  const cpu = groups.map(({ labels, usage }) => [{ ...labels, cpu: "total" }, usage.cpuNanoseconds / 1e9] as const);
  return [
    {
      name: "container_cpu_usage_seconds_total",
      help: "Cumulative cpu time consumed in seconds.",
      type: "counter",
      samples: cpu,
    },
    gauge(
      "container_last_seen",
      "Last time a container was seen by the exporter",
      of(() => Math.floor(nowSeconds)),
    ),
    gauge("container_memory_rss", "Size of RSS in bytes.", memory),
    gauge("container_memory_usage_bytes", "Current memory usage in bytes, including all memory", memory),
    gauge("container_memory_working_set_bytes", "Current working set in bytes.", memory),
    gauge(
      "container_start_time_seconds",
      "Start time of the container since unix epoch in seconds.",
      of(({ startedAt }) => Math.floor(startedAt / 1000)),
    ),
  ];
}

/** Without a limit the memory's is 0, and there is no quota. */
function limitMetrics(containers: readonly Group[]): Metric[] {
  const limitOf = ({ life }: Group, resource: string): number | undefined => {
    const limit = life?.spec.resources?.limits?.[resource];
    return limit === undefined ? undefined : quantityValue(limit);
  };
  const bounded = containers.filter((group) => limitOf(group, "cpu") !== undefined);
  const quota = (group: Group): number => Math.round((limitOf(group, "cpu") ?? 0) * cpuPeriodMicroseconds);
  return [
    gauge(
      "container_spec_cpu_period",
      "CPU period of the container.",
      containers.map(({ labels }) => [labels, cpuPeriodMicroseconds]),
    ),
    gauge(
      "container_spec_cpu_quota",
      "CPU quota of the container.",
      bounded.map((group) => [group.labels, quota(group)]),
    ),
    gauge(
      "container_spec_memory_limit_bytes",
      "Memory limit for the container.",
      containers.map((group) => [group.labels, limitOf(group, "memory") ?? 0]),
    ),
  ];
}

function gauge(name: string, help: string, samples: Metric["samples"]): Metric {
  return { name, help, type: "gauge", samples };
}
