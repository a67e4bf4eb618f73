import type { KubeObject } from "../api/object.ts";
import type { Flag } from "./flags.ts";
import type { Call } from "./verb.ts";

/** `--record`: the object keeps the command that changed it, for `rollout history`. */
export const recordFlags: readonly Flag[] = [
  { name: "record", kind: "boolean", deprecated: "--record will be removed in the future" },
];

/** The annotation that `--record` asks for; none without it. */
export function changeCause({ flags, verb }: Pick<Call, "flags" | "verb">): Readonly<Record<string, string>> {
  if (!flags.isTrue("record")) return {};
  const given = flags.given.map(({ name, value }) => `--${name}=${secrets.has(name) ? "CLASSIFIED" : value}`);
  const words = ["kubectl", verb, ...flags.args, ...(flags.rest ?? []), ...given];
  return { "kubernetes.io/change-cause": words.join(" ") };
}

const secrets = new Set(["password", "token", "username"]);

export function withChangeCause<T extends KubeObject>(object: T, call: Pick<Call, "flags" | "verb">): T {
  const cause = changeCause(call);
  if (Object.keys(cause).length === 0) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...cause } } };
}
