import { type FieldError, invalid, notAllowed } from "../../../api/status.ts";
import type {
  Affinity,
  Container,
  NodeSelectorTerm,
  Pod,
  PodSchedulingGate,
  PodSpec,
  Toleration,
} from "../../../api/types.gen.ts";
import { sameMeaning } from "../../equivalence.ts";
import { each } from "../../field-checks.ts";
import { annotationChangeErrors } from "../../pod-template/validate-annotations.ts";
import { tolerationErrors } from "../../pod-template/validate-scheduling.ts";
import { specDifference } from "./spec-difference.ts";
import { podErrors } from "./validate-pod.ts";

const changeable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

/** What an update may change of a pod: next to nothing. https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement */
export function podUpdateErrors(pod: Pod, previous: Pod): FieldError[] {
  const { spec } = pod;
  const old = previous.spec;
  const errors = [
    ...podErrors(pod),
    ...annotationChangeErrors(
      "metadata.annotations",
      pod.metadata.annotations ?? {},
      previous.metadata.annotations ?? {},
    ),
  ];
  const containers = containerCountErrors(spec, old);
  if (containers.length > 0) return [...errors, ...containers];
  const deadline = deadlineErrors(spec.activeDeadlineSeconds, old.activeDeadlineSeconds);
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return [...errors, ...deadline];
  return [
    ...errors,
    ...deadline,
    ...addedTolerationErrors(spec.tolerations ?? [], old.tolerations ?? []),
    ...addedGateErrors(spec.schedulingGates, old.schedulingGates ?? []),
    ...(sameMeaning(spec, old) ? [] : forbiddenChanges(spec, old)),
  ];
}

function containerCountErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const changed = (["containers", "initContainers"] as const).find(
    (list) => (spec[list]?.length ?? 0) !== (old[list]?.length ?? 0),
  );
  return changed ? [notAllowed(`spec.${changed}`, "pod updates may not add or remove containers")] : [];
}

/** A deadline can be set and brought nearer, but not lifted. */
function deadlineErrors(seconds: number | undefined, old: number | undefined): FieldError[] {
  const field = "spec.activeDeadlineSeconds";
  if (seconds === undefined) {
    return old === undefined ? [] : [invalid(field, undefined, "must not update from a positive integer to nil value")];
  }
  if (seconds < 0 || seconds > 2_147_483_647) {
    return [invalid(field, seconds, "must be between 0 and 2147483647, inclusive")];
  }
  const isLater = old !== undefined && old < seconds;
  return isLater ? [invalid(field, seconds, "must be less than or equal to previous value")] : [];
}

function addedTolerationErrors(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const isKept = (one: Toleration): boolean =>
    tolerations.some((other) => sameMeaning({ ...one, tolerationSeconds: 0 }, { ...other, tolerationSeconds: 0 }));
  if (old.every((one) => isKept(one))) return tolerationErrors("spec.tolerations", tolerations);
  return [notAllowed("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
}

function addedGateErrors(
  gates: readonly PodSchedulingGate[] | undefined,
  old: readonly PodSchedulingGate[],
): FieldError[] {
  return each("spec.schedulingGates", gates, ({ name }, path) => {
    if (old.some((gate) => gate.name === name)) return [];
    return [notAllowed(`${path}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

/** Compares what is left once all that may change is put back. */
function forbiddenChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const isGated = (old.schedulingGates?.length ?? 0) > 0;
  const restored = restore(spec, old);
  const munged = isGated ? restorePlacement(restored, old) : restored;
  const errors = isGated ? placementErrors(spec, old) : [];
  if (sameMeaning(munged, old)) return errors;
  const difference = specDifference("core.PodSpec", old, munged);
  return [...errors, notAllowed("spec", `pod updates may not change fields other than ${changeable}\n${difference}`)];
}

function restore(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _d, schedulingGates: _g, tolerations: _t, ...rest } = spec;
  const isRepair = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...rest,
    containers: withImages(spec.containers, old.containers),
    ...(spec.initContainers ? { initContainers: withImages(spec.initContainers, old.initContainers ?? []) } : {}),
    ...pick(old, ["activeDeadlineSeconds", "schedulingGates", "tolerations"]),
    ...(isRepair ? pick(old, ["terminationGracePeriodSeconds"]) : {}),
  };
}

function withImages(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, index) => {
    const image = old[index]?.image;
    return image === undefined ? container : Object.assign({}, container, { image });
  });
}

/** A gated pod may still be told more precisely where to go. */
function restorePlacement(spec: PodSpec, old: PodSpec): PodSpec {
  const { nodeSelector: _n, affinity: _a, ...rest } = spec;
  const affinity = withNodeAffinity(spec.affinity, old.affinity);
  return { ...rest, ...pick(old, ["nodeSelector"]), ...(affinity ? { affinity } : {}) };
}

function withNodeAffinity(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const { nodeAffinity: _, ...others } = affinity ?? {};
  const merged = { ...others, ...(old?.nodeAffinity ? { nodeAffinity: old.nodeAffinity } : {}) };
  return Object.keys(merged).length > 0 || old ? merged : undefined;
}

function placementErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const { nodeSelector = {} } = spec;
  const lost = Object.entries(old.nodeSelector ?? {}).some(([key, value]) => nodeSelector[key] !== value);
  const why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
  return [
    ...(lost ? [invalid("spec.nodeSelector", nodeSelector, why)] : []),
    ...termErrors(termsOf(spec), termsOf(old)),
  ];
}

function termsOf({ affinity }: PodSpec): readonly NodeSelectorTerm[] {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

function termErrors(terms: readonly NodeSelectorTerm[], old: readonly NodeSelectorTerm[]): FieldError[] {
  const field = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
  if (old.length === 0) return [];
  if (old.length !== terms.length) {
    return [invalid(field, terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")];
  }
  return each(field, terms, (term, path, index) =>
    onlyAdds(term, old[index] ?? {})
      ? []
      : [invalid(path, term, "only additions are allowed (no mutations or deletions)")],
  );
}

/** An empty term picks nothing, so that anything added to it would loosen it. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ["matchExpressions", "matchFields"] as const;
  const isEmpty = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean =>
    matchExpressions.length + matchFields.length === 0;
  if (isEmpty(old)) return isEmpty(term);
  return lists.every((list) => {
    const kept = old[list] ?? [];
    return sameMeaning((term[list] ?? []).slice(0, kept.length), kept);
  });
}

function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const entries = keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]);
  return Object.fromEntries(entries) as Partial<Pick<T, K>>;
}
