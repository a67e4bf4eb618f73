import type { Pod } from "../../api/types.gen.ts";
import { persistentVolumeClaims } from "../../resources/core/persistent-volume-claim.ts";
import { pods } from "../../resources/core/pod.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { podReferences } from "../../resources/pod-template/pod-references.ts";
import { volumeAttachments } from "../../resources/storage/volume-attachment.ts";
import type { Registry } from "../registry.ts";
import { type Attributes, type Authorizer, authorizerFrom, type Decision } from "./authorization.ts";
import { nodeNameOf } from "./node-identity.ts";
import { ruleOf } from "./policy/rule-line.ts";
import { systemRoles } from "./policy/system-roles.ts";
import { ruleAllows } from "./rbac.ts";

type Asked = Pick<Attributes, "verb"> & NonNullable<Attributes["resource"]>;

/**
 * What the kubelet of a node may do: as its role says, and of objects only those that its pods are made of.
 * https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export function nodeAuthorizer(registry: Registry): Authorizer {
  const rules = (systemRoles["node"] ?? []).map((line) => ruleOf(line));
  return authorizerFrom((user, attributes) => {
    const node = nodeNameOf(user);
    if (node === undefined) return no("");
    if (node === "") return no(`unknown node for user ${JSON.stringify(user.name)}`);
    const { resource, verb } = attributes;
    const check = resource && checks[pathOf(resource)];
    if (check) return check({ verb, ...resource }, { node, registry });
    return rules.some((rule) => ruleAllows(rule, attributes)) ? yes : no("");
  });
}

const yes: Decision = { allowed: true, reason: "" };

function no(reason: string): Decision {
  return { allowed: false, reason };
}

function pathOf({ group, plural }: Asked | NonNullable<Attributes["resource"]>): string {
  return group ? `${plural}.${group}` : plural;
}

interface Place {
  readonly node: string;
  readonly registry: Registry;
}

/** What has rules beyond the role's. */
const checks: Readonly<Record<string, (asked: Asked, place: Place) => Decision>> = {
  secrets: readNamespaced((pod, { name }) => podReferences(pod).secrets.has(name)),
  configmaps: readNamespaced((pod, { name }) => podReferences(pod).configMaps.has(name)),

  persistentvolumeclaims(asked, place) {
    const uses = related(asked, place, (pod) => podReferences(pod).claims.has(asked.name));
    if (asked.subresource === "") return asked.verb === "get" ? uses : onlyGet;
    const isChange = asked.verb === "update" || asked.verb === "patch";
    return asked.subresource === "status" && isChange ? uses : no("can only update status subresource");
  },

  persistentvolumes(asked, place) {
    if (asked.verb !== "get" || asked.subresource !== "") return onlyGet;
    return related({ ...asked, namespace: "" }, place, (pod) => claimsVolume(pod, asked.name, place.registry));
  },

  "volumeattachments.storage.k8s.io"(asked, { node, registry }) {
    if (asked.verb !== "get" || asked.subresource !== "") return onlyGet;
    const found = registry.find(plain(volumeAttachments), { namespace: "", name: asked.name });
    const isHere = (found as { spec?: { nodeName?: string } } | undefined)?.spec?.nodeName === node;
    return isHere ? yes : noRelation(node);
  },

  serviceaccounts(asked, place) {
    if (asked.verb !== "create" || asked.subresource !== "token")
      return no("can only create tokens for individual service accounts");
    return related(asked, place, ({ spec }) => (spec.serviceAccountName || "default") === asked.name);
  },

  "leases.coordination.k8s.io"({ verb, namespace, name }, { node }) {
    if (!["create", "delete", "get", "patch", "update"].includes(verb))
      return no("can only get, create, update, patch, or delete a node lease");
    if (namespace !== "kube-node-lease") return no('can only access leases in the "kube-node-lease" system namespace');
    if (verb !== "create" && name !== node)
      return no("can only access node lease with the same name as the requesting node");
    return yes;
  },

  "csinodes.storage.k8s.io"({ verb, subresource, name }, { node }) {
    if (subresource !== "" || !["create", "delete", "get", "patch", "update"].includes(verb))
      return no("can only get, create, update, patch, or delete a CSINode");
    if (verb !== "create" && name !== node)
      return no("can only access CSINode with the same name as the requesting node");
    return yes;
  },

  nodes({ verb, subresource, name, fieldSelector }, { node }) {
    const isWrite = ["create", "patch", "update"].includes(verb);
    if (isWrite && (subresource === "" || (subresource === "status" && verb !== "create"))) return yes;
    if (subresource !== "" || !["get", "list", "watch"].includes(verb)) return no("");
    if (name === node || selects(fieldSelector, "metadata.name", node)) return yes;
    const what = name === "" ? "all nodes" : `'${name}'`;
    return no(`node '${node}' cannot read ${what}, only its own Node object`);
  },

  pods(asked, place) {
    const { verb, subresource, fieldSelector } = asked;
    if (subresource === "status") return verb === "update" || verb === "patch" ? yes : no("");
    if (subresource === "eviction") return verb === "create" ? yes : no("");
    if (subresource !== "") return no("");
    if (verb === "get") return related(asked, place, ({ metadata }) => metadata.name === asked.name);
    if (verb === "create" || verb === "delete") return yes;
    if (verb !== "list" && verb !== "watch") return no("");
    if (selects(fieldSelector, "spec.nodeName", place.node)) return yes;
    return no("can only list/watch pods with spec.nodeName field selector");
  },
};

const onlyGet = no("can only get individual resources of this type");

function readNamespaced(uses: (pod: Pod, asked: Asked) => boolean): (asked: Asked, place: Place) => Decision {
  return (asked, place) => {
    if (!["get", "list", "watch"].includes(asked.verb)) return no("can only read resources of this type");
    if (asked.subresource !== "") return no("cannot read subresource");
    if (asked.namespace === "") return no("can only read namespaced object of this type");
    if (asked.name === "") return no("No Object name found");
    return related(asked, place, (pod) => uses(pod, asked));
  };
}

/** Whether a pod of the node, in the namespace if there is one, is made of it. */
function related({ namespace }: Asked, { node, registry }: Place, uses: (pod: Pod) => boolean): Decision {
  const all = registry.list(plain(pods), namespace || undefined) as readonly Pod[];
  return all.some((pod) => pod.spec.nodeName === node && uses(pod)) ? yes : noRelation(node);
}

function noRelation(node: string): Decision {
  return no(`no relationship found between node '${node}' and this object`);
}

function claimsVolume(pod: Pod, volume: string, registry: Registry): boolean {
  const { namespace = "" } = pod.metadata;
  return [...podReferences(pod).claims].some((name) => {
    const claim = registry.find(plain(persistentVolumeClaims), { namespace, name });
    return (claim as { spec?: { volumeName?: string } } | undefined)?.spec?.volumeName === volume;
  });
}

function selects(fieldSelector: string | undefined, field: string, value: string): boolean {
  return (fieldSelector ?? "").split(",").some((term) => term === `${field}=${value}` || term === `${field}==${value}`);
}

function plain(resource: unknown): ResourceDefinition {
  return resource as ResourceDefinition;
}
