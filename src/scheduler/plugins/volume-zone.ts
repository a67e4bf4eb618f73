import type { Node, PersistentVolume } from "../../api/types.gen.ts";
import type { SchedulerPlugin } from "../plugin.ts";
import { impossible } from "../refusal.ts";
import { usesClaim } from "../volumes/pod-claims.ts";

const refusal = impossible("node(s) had no available volume zone");

/** Each label of a zone or region with its older name. */
const topologyLabels: Readonly<Record<string, string>> = {
  "topology.kubernetes.io/zone": "failure-domain.beta.kubernetes.io/zone",
  "topology.kubernetes.io/region": "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
};

/** A volume whose labels name its zones can be used only there. */
export const volumeZone: SchedulerPlugin = {
  name: "VolumeZone",

  filter(pod, { volumes }) {
    const wanted = volumes.claimsOf(pod).flatMap(({ spec }) => zonesOf(volumes.volume(spec.volumeName ?? "")));
    if (wanted.length === 0) return undefined;
    return { refuses: ({ node }) => (isThere(wanted, node) ? undefined : refusal) };
  },

  helps(pod, change) {
    switch (change.what) {
      case "claim":
        return usesClaim(pod, change.object);
      case "volume":
      case "storage class":
        return !change.previous || change.previous.metadata.labels !== change.object.metadata.labels;
      case "node":
        return change.object.metadata.labels !== change.previous?.metadata.labels;
      default:
        return false;
    }
  },
};

interface Zones {
  readonly key: string;
  readonly values: readonly string[];
}

/** Several zones are written `a__b`. */
function zonesOf(volume: PersistentVolume | undefined): Zones[] {
  return Object.entries(volume?.metadata.labels ?? {}).flatMap(([key, value]) =>
    Object.hasOwn(topologyLabels, key) ? [{ key, values: value.split("__") }] : [],
  );
}

/** A node that names no zone at all is taken to be everywhere. */
function isThere(wanted: readonly Zones[], { metadata: { labels = {} } }: Node): boolean {
  if (Object.keys(topologyLabels).every((key) => labels[key] === undefined)) return true;
  return wanted.every(({ key, values }) => {
    const value = labels[key] ?? labels[topologyLabels[key] ?? ""];
    return value !== undefined && values.includes(value);
  });
}
