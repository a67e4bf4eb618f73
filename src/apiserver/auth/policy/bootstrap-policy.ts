import type { ObjectMeta } from "../../../api/object.ts";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacV1Subject,
  Role,
  RoleBinding,
} from "../../../api/types.gen.ts";
import { controllerRoles } from "./controller-roles.ts";
import { type NamespaceRole, namespaceRoles } from "./namespace-roles.ts";
import { ruleOf } from "./rule-line.ts";
import { systemRoles } from "./system-roles.ts";
import { adminRules, editRules, viewRules } from "./user-roles.ts";

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;

type Labels = Readonly<Record<string, string>>;

/**
 * The roles and bindings of a fresh cluster.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
export function bootstrapPolicy(): readonly PolicyObject[] {
  policy ??= made();
  return policy;
}

type PolicyObject = ClusterRole | ClusterRoleBinding | Role | RoleBinding;

/** The same for all clusters. */
let policy: readonly PolicyObject[] | undefined;

function made(): readonly PolicyObject[] {
  return [
    ...userRoles(),
    ...Object.entries(systemRoles).map(([name, rules]) => clusterRole(`system:${name}`, rules)),
    ...Object.entries(controllerRoles).map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
    ...clusterBindings.map(([name, subjects]) => clusterBinding(name, subjects)),
    ...Object.keys(controllerRoles).map((name) => clusterBinding(`system:controller:${name}`, [account(name)])),
    ...namespaceRoles.flatMap((one) => roleWithBinding(one)),
  ];
}

function userRoles(): ClusterRole[] {
  return [
    { ...clusterRole("cluster-admin", []), rules: [ruleOf("* * @*"), { nonResourceURLs: ["*"], verbs: ["*"] }] },
    gathering("admin", "admin"),
    gathering("edit", "edit", aggregateTo("admin")),
    gathering("view", "view", aggregateTo("edit")),
    clusterRole("system:aggregate-to-admin", adminRules, aggregateTo("admin")),
    clusterRole("system:aggregate-to-edit", editRules, aggregateTo("edit")),
    clusterRole("system:aggregate-to-view", viewRules, aggregateTo("view")),
  ];
}

/** Nobody is in `system:node`: nodes are known by another authorizer. */
const clusterBindings: readonly (readonly [role: string, subjects: readonly RbacV1Subject[]])[] = [
  ["cluster-admin", [group("system:masters")]],
  ["system:basic-user", [group("system:authenticated")]],
  ["system:discovery", [group("system:authenticated")]],
  ["system:kube-controller-manager", [user("system:kube-controller-manager")]],
  ["system:kube-dns", [account("kube-dns")]],
  ["system:kube-scheduler", [user("system:kube-scheduler")]],
  ["system:monitoring", [group("system:monitoring")]],
  ["system:node", []],
  ["system:node-proxier", [user("system:kube-proxy")]],
  ["system:public-info-viewer", [group("system:authenticated"), group("system:unauthenticated")]],
  ["system:service-account-issuer-discovery", [group("system:serviceaccounts")]],
  ["system:volume-scheduler", [user("system:kube-scheduler")]],
];

function group(name: string): RbacV1Subject {
  return { apiGroup, kind: "Group", name };
}

function user(name: string): RbacV1Subject {
  return { apiGroup, kind: "User", name };
}

function account(name: string): RbacV1Subject {
  return { kind: "ServiceAccount", name, namespace: "kube-system" };
}

function aggregateTo(name: string): Labels {
  return { [`${apiGroup}/aggregate-to-${name}`]: "true" };
}

/** A role with the rules of all roles that say so. */
function gathering(name: string, from: string, labels: Labels = {}): ClusterRole {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: aggregateTo(from) }] };
  return { ...clusterRole(name, [], labels), aggregationRule };
}

function clusterRole(name: string, rules: readonly string[], labels: Labels = {}): ClusterRole {
  return { apiVersion, kind: "ClusterRole", metadata: metadataOf({ name }, labels), rules: rulesOf(rules) };
}

function rulesOf(lines: readonly string[]): readonly PolicyRule[] {
  return lines.map((line) => ruleOf(line));
}

function clusterBinding(name: string, subjects: readonly RbacV1Subject[]): ClusterRoleBinding {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: metadataOf({ name }),
    roleRef: { apiGroup, kind: "ClusterRole", name },
    ...(subjects.length > 0 ? { subjects } : {}),
  };
}

function roleWithBinding(role: NamespaceRole): readonly [Role, RoleBinding] {
  const { namespace, name, bindingName = name, rules, users = [], accounts = [] } = role;
  return [
    { apiVersion, kind: "Role", metadata: metadataOf({ name, namespace }), rules: rulesOf(rules) },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: metadataOf({ name: bindingName, namespace }),
      roleRef: { apiGroup, kind: "Role", name },
      subjects: [...users.map((one) => user(one)), ...accounts.map((one) => account(one))],
    },
  ];
}

function metadataOf(own: Pick<ObjectMeta, "name" | "namespace">, labels: Labels = {}): ObjectMeta {
  return {
    ...own,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}
