import type { Pod } from "../api/types.gen.ts";
import type { ContainerCounters, ContainerUsage } from "../client/pod-metrics.ts";
import type { Container } from "../runtime/container.ts";
import type { Image } from "../runtime/image.ts";
import type { LiveContainer } from "../runtime/live-container.ts";
import type { Clock } from "../sim/clock.ts";
import type { Kubelet } from "./kubelet.ts";

const mebibyte = 1024 * 1024;

/** What a container has used since it started: what its programs did, and what the real ones would use doing nothing. */
export function containerCounters({ container, usage, cpuLimit }: LiveContainer, clock: Clock): ContainerCounters {
  const { startedAt } = container;
  const idle = idleUsageOf(container);
  const ms = clock.now() - startedAt;
  const used = usage.cpuNanoseconds + Math.round((idle.nanoCores * ms) / 1000);
  return {
    cpuNanoseconds: Math.min(used, cpuLimit * ms * 1e6),
    memoryBytes: inBlocks(usage.memoryBytes + idle.memoryBytes),
    startedAt,
    cpuLimit,
  };
}

/** Memory comes in pages, room on a disk in blocks: both have 4 KiB. */
export function inBlocks(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

const blockBytes = 4096;

/** By container name, of a pod's running containers; undefined: the pod runs on none of the nodes. */
export function podCounters(
  kubelets: ReadonlyMap<string, Kubelet>,
  clock: Clock,
): (pod: Pod) => ReadonlyMap<string, ContainerCounters> | undefined {
  return ({ metadata, spec }) => {
    const worker = kubelets.get(spec.nodeName ?? "")?.worker(metadata.uid ?? "");
    if (!worker) return undefined;
    return new Map(
      worker.lives.flatMap(({ spec: { name }, running }) =>
        running ? [[name, containerCounters(running, clock)] as const] : [],
      ),
    );
  };
}

/** What a node's daemons use beside the pods, and what was taken from it. */
export function systemUsage(kubelets: ReadonlyMap<string, Kubelet>): (node: string) => ContainerUsage {
  return (node) => {
    const load = kubelets.get(node)?.load;
    return { nanoCores: load?.nanoCores ?? 0, memoryBytes: load?.amountOf("memory") ?? 0 };
  };
}

interface IdleUsage {
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

const known = new WeakMap<Container, IdleUsage>();

function idleUsageOf(container: Container): IdleUsage {
  let usage = known.get(container);
  if (!usage) {
    usage = idleUsage(container.image, container.imageName);
    known.set(container, usage);
  }
  return usage;
}

/** A large image holds a little more, and no two are quite alike. The same image always uses the same. */
function idleUsage({ sizeMiB = 1 }: Image, imageName: string): IdleUsage {
  const character = characterOf(imageName);
  const memoryMiB = (0.5 + 1.2 * Math.log2(1 + sizeMiB)) * (0.9 + 0.2 * character);
  return {
    nanoCores: Math.round(200_000 + 700_000 * character),
    memoryBytes: Math.round(memoryMiB * mebibyte),
  };
}

/** A number from 0 to 1 that follows from a name. */
function characterOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
