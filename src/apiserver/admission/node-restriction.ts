import { type KubeObject, keyOf, sameTree } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { Node, Pod, TokenRequest } from "../../api/types.gen.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { podReferences } from "../../resources/pod-template/pod-references.ts";
import { nodeNameOf } from "../auth/node-identity.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";

/** A node changes nothing but itself and its own pods. https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction */
export const nodeRestriction: AdmissionStep = {
  name: "NodeRestriction",
  seesEverything: true,

  validate(request) {
    const { resource, options } = request;
    const node = nodeNameOf(options.user);
    if (node === undefined) return;
    const path = resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
    const problem = rules[path]?.(request, node);
    if (problem) throw forbidden(resource, nameOf(request), problem);
  },
};

const plainPods = pods as unknown as ResourceDefinition;

type Rule = (request: AdmissionRequest, node: string) => string | undefined;

const rules: Readonly<Record<string, Rule>> = {
  nodes(request, node) {
    const name = nameOf(request);
    if (name !== node) return `node ${JSON.stringify(node)} is not allowed to modify node ${JSON.stringify(name)}`;
    const [now, before] = [request.object, request.previous] as unknown as [Node, Node | undefined];
    if (request.operation === "DELETE") return undefined;
    const labels = changedLabels(now, before).filter((label) => isForbidden(label));
    if (labels.length > 0) {
      const what = request.operation === "CREATE" ? "set the following labels" : "modify labels";
      return `is not allowed to ${what}: ${labels.toSorted().join(", ")}`;
    }
    if (!before || sameTree(now.spec?.taints, before.spec?.taints)) return undefined;
    return `node ${JSON.stringify(node)} is not allowed to modify taints`;
  },

  pods(request, node) {
    const who = `node ${JSON.stringify(node)}`;
    const { operation, subresource } = request;
    if (subresource === "status") {
      return podOf(request)?.spec.nodeName === node
        ? undefined
        : `${who} can only update pod status for pods with spec.nodeName set to itself`;
    }
    if (subresource === "eviction") {
      return podOf(request)?.spec.nodeName === node
        ? undefined
        : `${who} can only evict pods with spec.nodeName set to itself`;
    }
    if (subresource !== "") {
      return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
    }
    if (operation === "DELETE") {
      return podOf(request)?.spec.nodeName === node
        ? undefined
        : `${who} can only delete pods with spec.nodeName set to itself`;
    }
    if (operation === "CREATE") return mirrorProblem(request.object as KubeObject as Pod, node);
    return `unexpected operation ${JSON.stringify(operation)}, ${who} can only create and delete mirror pods`;
  },

  serviceaccounts({ operation, subresource, object, key, registry }, node) {
    if (operation !== "CREATE" || subresource !== "token") return undefined;
    const { boundObjectRef: bound } = (object as KubeObject as TokenRequest).spec;
    if (bound?.kind !== "Pod" || bound.apiVersion !== "v1" || !bound.name) {
      return "node requested token not bound to a pod";
    }
    if (!bound.uid) return "node requested token with a pod binding without a uid";
    const namespace = key?.namespace ?? "";
    const pod = registry.find(plainPods, { namespace, name: bound.name }) as Pod | undefined;
    if (pod?.spec.nodeName === node) return undefined;
    return pod
      ? "node requested token bound to a pod scheduled on a different node"
      : `pods ${JSON.stringify(bound.name)} not found`;
  },

  "leases.coordination.k8s.io": ownName("can only access node lease with the same name as the requesting node"),
  "csinodes.storage.k8s.io": ownName("can only access CSINode with the same name as the requesting node"),
};

function ownName(why: string): Rule {
  return (request, node) => (nameOf(request) === node ? undefined : why);
}

/** A node tells of the pods that it runs by itself, and they may use nothing of the cluster's. */
function mirrorProblem(pod: Pod, node: string): string | undefined {
  const who = `node ${JSON.stringify(node)}`;
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined) {
    return `pod does not have ${JSON.stringify(mirrorAnnotation)} annotation, ${who} can only create mirror pods`;
  }
  if (pod.spec.nodeName !== node) return `${who} can only create pods with spec.nodeName set to itself`;
  if (pod.spec.serviceAccountName) return `${who} can not create pods that reference a service account`;
  const { secrets, configMaps, claims } = podReferences(pod);
  if (secrets.size > 0) return `${who} can not create pods that reference secrets`;
  if (configMaps.size > 0) return `${who} can not create pods that reference configmaps`;
  return claims.size > 0 ? `${who} can not create pods that reference persistentvolumeclaims` : undefined;
}

function podOf({ registry, object, previous, key }: AdmissionRequest): Pod | undefined {
  const found = previous ?? registry.find(plainPods, key ?? keyOf(object));
  return found as Pod | undefined;
}

function nameOf({ object, key }: AdmissionRequest): string {
  return key?.name ?? object.metadata.name;
}

function changedLabels({ metadata: { labels: now = {} } }: Node, before: Node | undefined): string[] {
  const old = before?.metadata.labels ?? {};
  return [...new Set([...Object.keys(now), ...Object.keys(old)])].filter((label) => now[label] !== old[label]);
}

const kubeletLabels = new Set([
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

/** Labels that say what a node is trusted with are not its own to set. */
function isForbidden(label: string): boolean {
  const space = label.includes("/") ? (label.split("/", 1)[0] ?? "") : "";
  if (space === "node-restriction.kubernetes.io" || space.endsWith(".node-restriction.kubernetes.io")) return true;
  const isReserved = /(?:^|\.)(?:kubernetes\.io|k8s\.io)$/u.test(space);
  const isKubelets = /(?:^|\.)(?:kubelet|node)\.kubernetes\.io$/u.test(space);
  return isReserved && !isKubelets && !kubeletLabels.has(label);
}
