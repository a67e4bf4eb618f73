import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type {
  Affinity,
  LabelSelector,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from "../../api/types.gen.ts";
import { each } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "../names.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity */
export function affinityErrors(field: string, { nodeAffinity, podAffinity, podAntiAffinity }: Affinity): FieldError[] {
  return [
    ...(nodeAffinity ? nodeAffinityErrors(`${field}.nodeAffinity`, nodeAffinity) : []),
    ...(podAffinity ? podAffinityErrors(`${field}.podAffinity`, podAffinity) : []),
    ...(podAntiAffinity ? podAffinityErrors(`${field}.podAntiAffinity`, podAntiAffinity) : []),
  ];
}

const hard = "requiredDuringSchedulingIgnoredDuringExecution";
const soft = "preferredDuringSchedulingIgnoredDuringExecution";

function nodeAffinityErrors(field: string, affinity: NodeAffinity): FieldError[] {
  const selector = affinity[hard];
  return [
    ...(selector ? nodeSelectorErrors(`${field}.${hard}`, selector) : []),
    ...each(`${field}.${soft}`, affinity[soft], ({ weight, preference }, path) => [
      ...weightErrors(`${path}.weight`, weight),
      ...termErrors(`${path}.preference`, preference ?? {}, { anyValue: true }),
    ]),
  ];
}

/** Also for the nodes from which a PersistentVolume can be reached. */
export function nodeSelectorErrors(field: string, { nodeSelectorTerms }: NodeSelector): FieldError[] {
  const path = `${field}.nodeSelectorTerms`;
  const terms = nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(path, "must have at least one node selector term")];
  return each(path, terms, (term, termPath) => termErrors(termPath, term, { anyValue: false }));
}

function termErrors(field: string, term: NodeSelectorTerm, { anyValue }: { anyValue: boolean }): FieldError[] {
  return [
    ...each(`${field}.matchExpressions`, term.matchExpressions, (requirement, path) => [
      ...operatorErrors(path, requirement),
      ...check(`${path}.key`, requirement.key ?? "", qualifiedName),
      ...(anyValue ? [] : each(`${path}.values`, requirement.values, (value, at) => check(at, value, labelValue))),
    ]),
    ...each(`${field}.matchFields`, term.matchFields, (requirement, path) => fieldErrors(path, requirement)),
  ];
}

function operatorErrors(field: string, { operator, values = [] }: NodeSelectorRequirement): FieldError[] {
  const path = `${field}.values`;
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0 ? [] : [required(path, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      if (values.length === 0) return [];
      return [notAllowed(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case "Gt":
    case "Lt":
      if (values.length === 1) return [];
      return [required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${field}.operator`, operator ?? "", "not a valid selector operator")];
  }
}

function fieldErrors(field: string, { key, operator, values = [] }: NodeSelectorRequirement): FieldError[] {
  const isKnown = operator === "In" || operator === "NotIn";
  const single = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  return [
    ...(isKnown ? [] : [invalid(`${field}.operator`, operator ?? "", "not a valid selector operator")]),
    ...(isKnown && values.length !== 1 ? [required(`${field}.values`, single)] : []),
    ...(key === "metadata.name"
      ? each(`${field}.values`, values, (value, path) => check(path, value, dnsSubdomain))
      : [invalid(`${field}.key`, key ?? "", "not a valid field selector key")]),
  ];
}

function podAffinityErrors(field: string, affinity: PodAffinity): FieldError[] {
  return [
    ...each(`${field}.${hard}`, affinity[hard], (term, path) => podTermErrors(path, term)),
    ...each(`${field}.${soft}`, affinity[soft], ({ weight, podAffinityTerm }, path) => [
      ...weightErrors(`${path}.weight`, weight),
      ...podTermErrors(`${path}.podAffinityTerm`, podAffinityTerm),
    ]),
  ];
}

function podTermErrors(field: string, term: PodAffinityTerm): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  return [
    ...labelSelectorErrors(`${field}.labelSelector`, labelSelector),
    ...labelSelectorErrors(`${field}.namespaceSelector`, namespaceSelector),
    ...namespaces.flatMap((name) => check(`${field}.namespace`, name, dnsLabel)),
    ...labelKeyErrors(field, term),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, "can not be empty")]),
    ...check(`${field}.topologyKey`, topologyKey ?? "", qualifiedName),
  ];
}

/** By the time they are checked, the keys have already become part of the selector. */
function labelKeyErrors(field: string, term: PodAffinityTerm): FieldError[] {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const clash = "exists in both matchLabelKeys and mismatchLabelKeys";
  return [
    ...keyErrors(`${field}.matchLabelKeys`, matchLabelKeys, labelSelector),
    ...keyErrors(`${field}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector),
    ...repeatedKeys(field, matchLabelKeys, labelSelector),
    ...each(`${field}.matchLabelKeys`, matchLabelKeys, (key, path) =>
      mismatchLabelKeys.includes(key) ? [invalid(path, key, clash)] : [],
    ),
  ];
}

function keyErrors(field: string, keys: readonly string[], selector: LabelSelector | undefined): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [notAllowed(field, "must not be specified when labelSelector is not set")];
  return each(field, keys, (key, path) => check(path, key, qualifiedName));
}

function repeatedKeys(field: string, keys: readonly string[], selector: LabelSelector | undefined): FieldError[] {
  const known = new Set(Object.keys(selector?.matchLabels ?? {}));
  return (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    const at = keys.indexOf(key);
    const isRepeated = at !== -1 && known.has(key);
    known.add(key);
    return isRepeated ? [invalid(`${field}[${at}]`, key, "exists in both matchLabelKeys and labelSelector")] : [];
  });
}

function weightErrors(field: string, weight: number): FieldError[] {
  return weight > 0 && weight <= 100 ? [] : [invalid(field, weight ?? 0, "must be in the range 1-100")];
}
