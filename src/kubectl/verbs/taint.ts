import { labelValueErrors, qualifiedNameErrors } from "../../api/label-syntax.ts";
import type { Node, Taint } from "../../api/types.gen.ts";
import { Failures } from "../failures.ts";
import { booleans } from "../flags.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { resultFlags, tellResult } from "../result.ts";
import { fetchTargets, selectorFlags, targetsOf } from "../targets.ts";
import { sendChange } from "../two-way.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_taint/ */
export const taint: Verb = {
  names: ["taint"],
  summary: "Update the taints on one or more nodes",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  flags: [...resultFlags, ...selectorFlags, ...booleans("overwrite")],

  async run(call) {
    const { flags } = call;
    const [type = "", ...words] = flags.args;
    const first = words.findIndex((word) => /[=:]|-$/u.test(word));
    const names = first < 0 ? words : words.slice(0, first);
    const changes = changesFrom(first < 0 ? [] : words.slice(first));
    if (flags.args.length === 0) throw new KubectlError("one or more resources must be specified as <resource> <name>");
    if (changes.added.length + changes.removed.length === 0)
      throw new KubectlError("at least one taint update is required");
    const [target] = await targetsOf([type], call);
    if (target?.resource.kind !== "Node")
      throw new KubectlError(`invalid resource type ${type}, only node types are supported`);
    if (names.length === 0 && !flags.isTrue("all") && !flags.has("selector")) {
      throw new KubectlError("you must specify a selector or --all, or the name of a node");
    }
    const failures = new Failures();
    const targets = await targetsOf([type, ...names], call);
    for (const found of await fetchTargets(targets, call, failures.add)) {
      await failures.attempt(async () => {
        const node = found.object as Node;
        const { taints, did } = changed(node, changes, flags.isTrue("overwrite"));
        const after: Node = { ...node, spec: { ...node.spec, taints } };
        const object = (await sendChange(found, { after, manager: "kubectl-taint" }, call)) ?? node;
        await tellResult({ resource: found.resource, object, did }, withoutDryRunMark(call));
      });
    }
    failures.raise();
    return 0;
  },
};

/** `taint` does not say that it only pretends. */
function withoutDryRunMark(call: Call): Call {
  const value = (name: string): string | undefined => (name === "dry-run" ? undefined : call.flags.value(name));
  return { ...call, flags: { ...call.flags, value } };
}

interface Changes {
  readonly added: readonly Taint[];
  /** Without an effect: of any. */
  readonly removed: readonly Partial<Taint>[];
}

const effects = new Set(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

function changesFrom(words: readonly string[]): Changes {
  const added: Taint[] = [];
  const removed: Partial<Taint>[] = [];
  for (const word of words) {
    const isRemoval = word.endsWith("-");
    const spec = isRemoval ? word.slice(0, -1) : word;
    const { key, value, effect } = parseTaint(spec);
    if (!isRemoval && effect === "") throw usageError("taint", `invalid taint spec: ${spec}`);
    if (isRemoval) removed.push({ key, ...(effect ? { effect: effect as Taint["effect"] } : {}) });
    else added.push({ key, ...(value ? { value } : {}), effect: effect as Taint["effect"] });
  }
  return { added, removed };
}

/** `key=value:effect`; without a colon all of it is the key. */
function parseTaint(spec: string): { key: string; value: string; effect: string } {
  const invalid = (why = ""): KubectlError => usageError("taint", `invalid taint spec: ${spec}${why && `, ${why}`}`);
  const [pair = "", effect, ...more] = spec.split(":");
  if (more.length > 0) throw invalid();
  if (effect !== undefined && !effects.has(effect)) {
    throw usageError("taint", `invalid taint effect: ${effect}, unsupported taint effect`);
  }
  const [key = "", value = "", ...rest] = effect === undefined ? [pair] : pair.split("=");
  if (rest.length > 0) throw invalid();
  const valueErrors = labelValueErrors(value);
  if (valueErrors.length > 0) throw invalid(valueErrors.join("; "));
  const keyErrors = qualifiedNameErrors(key);
  if (keyErrors.length > 0) throw invalid(keyErrors.join("; "));
  return { key, value, effect: effect ?? "" };
}

function changed(
  { metadata, spec }: Node,
  { added, removed }: Changes,
  overwrite: boolean,
): { taints: Taint[]; did: string } {
  const own = spec?.taints ?? [];
  const isSame = (a: Partial<Taint>, b: Taint): boolean =>
    a.key === b.key && (a.effect === undefined || a.effect === b.effect);
  const isTaken = own.some((one) => added.some((other) => isSame(other, one)));
  if (isTaken && !overwrite) {
    throw new KubectlError(`node ${metadata.name} already has a taint(s) with same effect(s) and --overwrite is false`);
  }
  for (const one of removed) {
    if (own.some((other) => isSame(one, other))) continue;
    throw new KubectlError(
      `taint ${JSON.stringify(`${one.key ?? ""}${one.effect ? `:${one.effect}` : ""}`)} not found`,
    );
  }
  const kept = own.filter((one) => ![...removed, ...added].some((other) => isSame(other, one)));
  const did = added.length === 0 ? "untainted" : isTaken || removed.length > 0 ? "modified" : "tainted";
  return { taints: [...added, ...kept], did };
}
