import { duplicate, type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { PodSchedulingGate, PodSpec, Toleration, TopologySpreadConstraint } from "../../api/types.gen.ts";
import { each, oneOfIfSet } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { labelErrors } from "../metadata.ts";
import { check, labelValue, qualifiedName } from "../names.ts";
import { affinityErrors } from "./validate-affinity.ts";

/** What a pod says of the nodes it may run on. https://kubernetes.io/docs/concepts/scheduling-eviction/ */
export function schedulingErrors(field: string, spec: PodSpec): FieldError[] {
  return [
    ...labelErrors(`${field}.nodeSelector`, spec.nodeSelector),
    ...(spec.affinity ? affinityErrors(`${field}.affinity`, spec.affinity) : []),
    ...gateErrors(`${field}.schedulingGates`, spec.schedulingGates),
    ...spreadErrors(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    ...tolerationErrors(`${field}.tolerations`, spec.tolerations),
  ];
}

function gateErrors(field: string, gates: readonly PodSchedulingGate[] | undefined): FieldError[] {
  const known = new Set<string>();
  return each(field, gates, ({ name }, path) => {
    const isKnown = known.has(name);
    known.add(name);
    return [...check(path, name ?? "", qualifiedName), ...(isKnown ? [duplicate(path, name)] : [])];
  });
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function tolerationErrors(field: string, tolerations: readonly Toleration[] | undefined): FieldError[] {
  return each(field, tolerations, ({ key, operator, value, effect, tolerationSeconds }, path) => {
    const all = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    const evicts = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    return [
      ...(key ? check(`${path}.key`, key, qualifiedName) : []),
      ...(!key && operator !== "Exists" ? [invalid(`${path}.operator`, operator ?? "", all)] : []),
      ...(tolerationSeconds !== undefined && effect !== "NoExecute"
        ? [invalid(`${path}.effect`, effect ?? "", evicts)]
        : []),
      ...operatorErrors(`${path}.operator`, operator ?? "", value ?? ""),
      ...(effect ? oneOfIfSet(`${path}.effect`, effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"]) : []),
    ];
  });
}

function operatorErrors(field: string, operator: string, value: string): FieldError[] {
  if (operator === "" || operator === "Equal") {
    const problems = labelValue(value);
    return problems.length > 0 ? [invalid(field, value, problems.join(";"))] : [];
  }
  if (operator !== "Exists") return oneOfIfSet(field, operator, ["Equal", "Exists"]);
  return value ? [invalid(field, value, "value must be empty when `operator` is 'Exists'")] : [];
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreadErrors(field: string, constraints: readonly TopologySpreadConstraint[] = []): FieldError[] {
  return each(field, constraints, (constraint, path, index) => {
    const { maxSkew, topologyKey, whenUnsatisfiable } = constraint;
    const isRepeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    return [
      ...(maxSkew > 0 ? [] : [invalid(`${path}.maxSkew`, maxSkew ?? 0, "must be greater than zero")]),
      ...(topologyKey ? [] : [required(`${path}.topologyKey`, "can not be empty")]),
      ...oneOfIfSet(`${path}.whenUnsatisfiable`, whenUnsatisfiable ?? "", ["DoNotSchedule", "ScheduleAnyway"]),
      ...(isRepeated ? [duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair)] : []),
      ...domainErrors(`${path}.minDomains`, constraint),
      ...oneOfIfSet(`${path}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, ["Honor", "Ignore"]),
      ...oneOfIfSet(`${path}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, ["Honor", "Ignore"]),
      ...labelKeyErrors(`${path}.matchLabelKeys`, constraint),
      ...labelSelectorErrors(`${path}.labelSelector`, constraint.labelSelector),
    ];
  });
}

function domainErrors(field: string, { minDomains, whenUnsatisfiable }: TopologySpreadConstraint): FieldError[] {
  if (minDomains === undefined) return [];
  const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...(minDomains > 0 ? [] : [invalid(field, minDomains, "must be greater than zero")]),
    ...(whenUnsatisfiable === "DoNotSchedule" ? [] : [invalid(field, minDomains, why)]),
  ];
}

function labelKeyErrors(field: string, constraint: TopologySpreadConstraint): FieldError[] {
  const { matchLabelKeys = [], labelSelector } = constraint;
  if (matchLabelKeys.length === 0) return [];
  const { matchLabels = {}, matchExpressions = [] } = labelSelector ?? {};
  const selected = new Set([...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]);
  return [
    ...(labelSelector ? [] : [notAllowed(field, "must not be specified when labelSelector is not set")]),
    ...each(field, matchLabelKeys, (key, path) => [
      ...check(path, key, qualifiedName),
      ...(selected.has(key) ? [invalid(path, key, "exists in both matchLabelKeys and labelSelector")] : []),
    ]),
  ];
}
