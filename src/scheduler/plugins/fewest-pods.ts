import type { SchedulerPlugin } from "../plugin.ts";

/**
 * Spreads pods that ask for nothing: with equal resources the node with fewer pods is the better one.
 * Stands for upstream's default topology spread over hosts.
 */
export const fewestPods: SchedulerPlugin = {
  name: "FewestPods",
  weight: 2,
  score: (_, { pods, allocatable }) => 100 * (1 - pods.size / Math.max(1, allocatable["pods"] ?? 110)),
};
