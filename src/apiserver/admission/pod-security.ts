import type { KubeObject, Mutable } from "../../api/object.ts";
import { forbidden, invalidObject } from "../../api/status.ts";
import type { CronJob, Deployment, Pod, PodTemplate } from "../../api/types.gen.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";
import { formatViolations, type PodLike, violationsOf } from "./pod-security/evaluate.ts";
import { existingPodWarnings } from "./pod-security/existing-pods.ts";
import { compareLevels, formatPolicy, type LeveledPolicy, policyErrors, policyOf } from "./pod-security/policy.ts";

/**
 * Holds pods to the Pod Security Standard that their namespace's labels name, and warns of templates whose pods would
 * break it. https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export const podSecurity: AdmissionStep = {
  name: "PodSecurity",

  validate(request) {
    const { resource, subresource } = request;
    const path = resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
    if (path === "namespaces" && subresource === "") return validateNamespace(request);
    if (path === "pods") return validatePod(request);
    const template = templates[path];
    if (template && subresource === "") validateTemplate(request, template(request.object));
  },
};

const specTemplate = (object: KubeObject): PodLike | undefined => (object as Deployment).spec.template;

/** Where objects keep what their pods are made from. */
const templates: Readonly<Record<string, (object: KubeObject) => PodLike | undefined>> = {
  "cronjobs.batch": (object) => (object as CronJob).spec.jobTemplate.spec?.template,
  "daemonsets.apps": specTemplate,
  "deployments.apps": specTemplate,
  "jobs.batch": specTemplate,
  podtemplates: (object) => (object as PodTemplate).template,
  "replicasets.apps": specTemplate,
  replicationcontrollers: specTemplate,
  "statefulsets.apps": specTemplate,
};

function validateNamespace({ resource, object, previous, options, registry }: AdmissionRequest): void {
  const { labels = {}, name } = object.metadata;
  const before = previous?.metadata.labels ?? {};
  const errors = policyErrors(labels);
  const known = JSON.stringify(policyErrors(before));
  if (errors.length > 0 && JSON.stringify(errors) !== known) throw invalidObject(resource, name, errors);
  if (!previous) return;
  const [policy, old] = [policyOf(labels).enforce, policyOf(before).enforce];
  const isStricter = compareLevels(policy.level, old.level) > 0;
  if (policy.level === "privileged" || (policy.version === old.version && !isStricter)) return;
  const pods = registry.catalogue.find("", "v1", "pods");
  const existing = pods ? (registry.list(pods, name) as readonly Pod[]) : [];
  for (const text of existingPodWarnings(name, policy, existing)) options.warn?.(text);
}

function validatePod(request: AdmissionRequest): void {
  const { resource, object, previous, options } = request;
  const pod = object as Mutable<Pod>;
  if (previous && !isSignificant(pod, previous as Pod)) return;
  const { enforce, warn } = policyOf(labelsOfNamespace(request));
  const violations = violationsOf(enforce, pod);
  if (violations.length > 0) {
    const why = `violates PodSecurity "${formatPolicy(enforce)}": ${formatViolations(violations)}`;
    throw forbidden(resource, object.metadata.name, why);
  }
  warnOf(warn, pod, options);
}

function validateTemplate(request: AdmissionRequest, template: PodLike | undefined): void {
  if (template) warnOf(policyOf(labelsOfNamespace(request)).warn, template, request.options);
}

function warnOf(policy: LeveledPolicy, pod: PodLike, { warn }: AdmissionRequest["options"]): void {
  const violations = violationsOf(policy, pod);
  if (violations.length === 0) return;
  warn?.(`would violate PodSecurity "${formatPolicy(policy)}": ${formatViolations(violations)}`);
}

function labelsOfNamespace({ object, registry }: AdmissionRequest): Readonly<Record<string, string>> {
  const namespaces = registry.catalogue.find("", "v1", "namespaces");
  const key = { namespace: "", name: object.metadata.namespace ?? "" };
  return (namespaces && registry.find(namespaces, key)?.metadata.labels) ?? {};
}

/** Of what can change in a pod, only images and new containers matter. */
function isSignificant(pod: Pod, previous: Pod): boolean {
  return imagesOf(pod) !== imagesOf(previous);
}

function imagesOf({ spec }: Pod): string {
  const lists = [spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []];
  return JSON.stringify(lists.map((containers) => containers.map(({ name, image }) => [name, image])));
}
