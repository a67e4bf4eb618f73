import type { SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";

const refusal = impossible("node(s) didn't match the requested node name");

/** A pod that names its node runs nowhere else. */
export const nodeName: SchedulerPlugin = {
  name: "NodeName",

  filter({ spec: { nodeName: wanted } }) {
    return wanted ? { refuses: ({ name }) => (name === wanted ? undefined : refusal) } : undefined;
  },

  helps: ({ spec }, change) => change.what === "node" && change.object.metadata.name === spec.nodeName,
};
