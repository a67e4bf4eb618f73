import type { SchedulerPlugin } from "../plugin.ts";
import { requestsOf } from "../resources.ts";

const scored = ["cpu", "memory"];

/** What a pod asks for must be left; the emptier node is the better one (LeastAllocated). */
export const nodeResourcesFit: SchedulerPlugin = {
  name: "NodeResourcesFit",
  preemptible: true,

  filter(pod, { allocatable, requested }) {
    const requests = requestsOf(pod);
    for (const name in requests) {
      const wanted = requests[name] ?? 0;
      const free = (allocatable[name] ?? 0) - (requested[name] ?? 0);
      if (wanted > 0 && wanted > free) return name === "pods" ? "Too many pods" : `Insufficient ${name}`;
    }
    return undefined;
  },

  score(pod, { allocatable, requested }) {
    const requests = requestsOf(pod);
    const shares = scored.map((name) => {
      const capacity = allocatable[name] ?? 0;
      const used = (requested[name] ?? 0) + (requests[name] ?? defaults[name] ?? 0);
      return capacity > 0 ? Math.max(0, (capacity - used) / capacity) : 0;
    });
    return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
  },
};

/** A container that asks for nothing still uses something. */
const defaults: Readonly<Record<string, number>> = { cpu: 0.1, memory: 200 * 1024 * 1024 };
