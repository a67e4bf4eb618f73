import type { KubeObject } from "../../api/object.ts";
import { dnsLabel } from "../names.ts";

/** A workload's name becomes part of its pods' hostnames: dots in it are asking for trouble. */
export function hostnameWarnings({ metadata: { name }, kind }: KubeObject): string[] {
  const problems = dnsLabel(name);
  if (problems.length === 0) return [];
  const where = kind === "Pod" ? "the Pod's hostname" : "Pod names and hostnames";
  const what = `this is used in ${where}, which can result in surprising behavior; a DNS label is recommended`;
  return [`metadata.name: ${what}: [${problems.join(" ")}]`];
}
