import type { SchedulerPlugin } from "../plugin.ts";

export const nodeName: SchedulerPlugin = {
  name: "NodeName",
  filter: ({ spec }, node) =>
    spec.nodeName && spec.nodeName !== node.name ? "node(s) didn't match the requested node name" : undefined,
};
