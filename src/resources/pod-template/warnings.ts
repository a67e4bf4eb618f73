import type { ObjectMeta } from "../../api/object.ts";
import { parseQuantity, quantityError } from "../../api/quantity.ts";
import type { NodeSelectorTerm, PodAffinityTerm, PodSpec, PodTemplateSpec } from "../../api/types.gen.ts";
import { sameMeaning } from "../equivalence.ts";
import { containersOf } from "./containers-of.ts";
import { droppedFields } from "./drop-disabled.ts";
import { portWarnings } from "./port-warnings.ts";
import { volumeWarnings } from "./volume-warnings.ts";

/** What the server has to say about a template, unless it has said it of the previous one. */
export function templateWarnings(field: string, template: PodTemplateSpec, previous?: PodTemplateSpec): string[] {
  if (previous !== undefined && sameMeaning(template, previous)) return [];
  return podWarnings(`${field}.`, template.metadata ?? {}, template.spec ?? { containers: [] });
}

/** `prefix` is "" for a pod, `spec.template.` for a template: it stands before `spec` and `metadata`. */
export function podWarnings(prefix: string, { annotations = {} }: Partial<ObjectMeta>, spec: PodSpec): string[] {
  const field = `${prefix}spec`;
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  const negative = "must be >= 0; negative values are invalid and will be treated as 1";
  return [
    ...droppedFields(spec).map((text) => `${field}.${text}`),
    ...nodeLabelWarnings(field, spec),
    ...annotationWarnings(prefix, annotations, spec),
    ...volumeWarnings(field, spec),
    ...repeated(
      `${field}.hostAliases`,
      "ip",
      (spec.hostAliases ?? []).map(({ ip }) => ip),
    ),
    ...repeated(
      `${field}.imagePullSecrets`,
      "name",
      (spec.imagePullSecrets ?? []).map(({ name = "" }) => name),
    ),
    ...emptySecretWarnings(`${field}.imagePullSecrets`, spec),
    ...fractions(`${field}.overhead`, spec.overhead),
    ...containersOf(field, spec).flatMap(({ path, container: { resources, env } }) =>
      fractions(`${path}.resources.limits`, resources?.limits).concat(
        fractions(`${path}.resources.requests`, resources?.requests),
        environmentWarnings(`${path}.env`, env ?? []),
      ),
    ),
    ...portWarnings(field, spec),
    ...(grace < 0 ? [`${field}.terminationGracePeriodSeconds: ${negative}`] : []),
    ...affinityWarnings(`${field}.affinity`, spec),
  ];
}

const deprecatedLabels = new Map([
  ["beta.kubernetes.io/arch", 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ["beta.kubernetes.io/os", 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ["failure-domain.beta.kubernetes.io/region", 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ["failure-domain.beta.kubernetes.io/zone", 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ["beta.kubernetes.io/instance-type", 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
]);

function nodeLabelWarnings(field: string, { nodeSelector, affinity, topologySpreadConstraints }: PodSpec): string[] {
  const hard = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const soft = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const path = `${field}.affinity.nodeAffinity`;
  const hardPath = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const softPath = `${path}.preferredDuringSchedulingIgnoredDuringExecution`;
  return [
    ...Object.keys(nodeSelector ?? {}).flatMap((key) => {
      const message = deprecatedLabels.get(key);
      return message ? [`${field}.nodeSelector[${key}]: ${message}`] : [];
    }),
    ...hard.flatMap((term, index) => termWarnings(`${hardPath}[${index}]`, term)),
    ...soft.flatMap(({ preference }, index) => termWarnings(`${softPath}[${index}].preference`, preference)),
    ...(topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
      const at = `${field}.topologySpreadConstraints[${index}]`;
      const message = deprecatedLabels.get(topologyKey);
      const warnings = message ? [`${at}.topologyKey: ${topologyKey} is ${message}`] : [];
      return labelSelector ? warnings : warnings.concat(`${at}.labelSelector: ${matchesNothing}`);
    }),
  ];
}

const matchesNothing = "a null labelSelector results in matching no pod";

function termWarnings(field: string, { matchExpressions = [] }: NodeSelectorTerm): string[] {
  return matchExpressions.flatMap(({ key }, index) => {
    const message = deprecatedLabels.get(key);
    return message ? [`${field}.matchExpressions[${index}].key: ${key} is ${message}`] : [];
  });
}

const deprecatedAnnotations = [
  ["scheduler.alpha.kubernetes.io/critical-pod", 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ["security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
  ["security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
] as const;

const seccompPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompContainer = "container.seccomp.security.alpha.kubernetes.io/";
const appArmor = "container.apparmor.security.beta.kubernetes.io/";
const noSeccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const oldAppArmor = 'deprecated since v1.30; use the "appArmorProfile" field instead';

function annotationWarnings(prefix: string, annotations: ObjectMeta["annotations"] & object, spec: PodSpec): string[] {
  const warn = (key: string, message: string): string[] =>
    annotations[key] === undefined ? [] : [`${prefix}metadata.annotations[${key}]: ${message}`];
  return [
    ...deprecatedAnnotations.flatMap(([key, message]) => warn(key, message)),
    ...(spec.securityContext?.seccompProfile ? [] : warn(seccompPod, noSeccomp)),
    ...containersOf("", spec).flatMap(({ container: { name, securityContext } }) => {
      const seccomp = securityContext?.seccompProfile ? [] : warn(seccompContainer + name, noSeccomp);
      const hasProfile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
      return hasProfile ? seccomp : seccomp.concat(warn(appArmor + name, oldAppArmor));
    }),
  ];
}

function repeated(field: string, what: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index ? [] : [`${field}[${index}].${what}: duplicate ${what} ${JSON.stringify(value)}`],
  );
}

function emptySecretWarnings(field: string, { imagePullSecrets = [] }: PodSpec): string[] {
  return imagePullSecrets.flatMap(({ name }, index) =>
    name ? [] : [`${field}[${index}].name: invalid empty name ""`],
  );
}

/** Bytes come whole: `100m` of memory is a tenth of a byte. */
function fractions(field: string, amounts: Readonly<Record<string, string>> = {}): string[] {
  return ["memory", "ephemeral-storage"].flatMap((name) => {
    const amount = amounts[name];
    if (amount === undefined || quantityError(amount) || parseQuantity(amount).nanos % 1_000_000_000n === 0n) return [];
    return [`${field}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
  });
}

/** A name that is set twice, unless the second value builds on the first. */
function environmentWarnings(
  field: string,
  variables: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[],
): string[] {
  const known = new Set<string>();
  return variables.flatMap(({ name, value = "", valueFrom }, index) => {
    const isKnown = known.has(name);
    known.add(name);
    const reference = `$(${name})`;
    const builds = valueFrom === undefined && value !== reference && value.includes(reference);
    if (!isKnown || builds) return [];
    return [
      `${field}[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
}

function affinityWarnings(field: string, { affinity }: PodSpec): string[] {
  return (["podAffinity", "podAntiAffinity"] as const).flatMap((kind) => {
    const hard = affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const soft = affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const warn = (path: string, { labelSelector }: PodAffinityTerm): string[] =>
      labelSelector ? [] : [`${path}.labelSelector: ${matchesNothing}`];
    const hardPath = `${field}.${kind}.requiredDuringSchedulingIgnoredDuringExecution`;
    const softPath = `${field}.${kind}.preferredDuringSchedulingIgnoredDuringExecution`;
    return hard
      .flatMap((term, index) => warn(`${hardPath}[${index}]`, term))
      .concat(
        soft.flatMap(({ podAffinityTerm }, index) => warn(`${softPath}[${index}].podAffinityTerm`, podAffinityTerm)),
      );
  });
}
