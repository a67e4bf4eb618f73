/** A Role of one of the system's namespaces. */
export interface NamespaceRole {
  readonly namespace: "kube-public" | "kube-system";
  readonly name: string;
  /** Of the binding; the role's own unless given. */
  readonly bindingName?: string;
  readonly rules: readonly string[];
  readonly users?: readonly string[];
  /** Service accounts of kube-system. */
  readonly accounts?: readonly string[];
}

const reportEvents = "report events @core,events.k8s.io";

function leaderLocking(component: string, moreAccounts: readonly string[] = []): NamespaceRole {
  return {
    namespace: "kube-system",
    name: `system::leader-locking-${component}`,
    rules: [
      "read,create,update leases @coordination.k8s.io",
      "read,create,update leasecandidates @coordination.k8s.io",
    ],
    users: [`system:${component}`],
    accounts: [component, ...moreAccounts],
  };
}

function controller(namespace: NamespaceRole["namespace"], account: string, rules: readonly string[]): NamespaceRole {
  return { namespace, name: `system:controller:${account}`, rules, accounts: [account] };
}

export const namespaceRoles: readonly NamespaceRole[] = [
  controller("kube-public", "bootstrap-signer", ["read configmaps", "update configmaps #cluster-info", reportEvents]),
  {
    namespace: "kube-system",
    name: "extension-apiserver-authentication-reader",
    bindingName: "system::extension-apiserver-authentication-reader",
    rules: ["read configmaps #extension-apiserver-authentication"],
    users: ["system:kube-controller-manager", "system:kube-scheduler"],
  },
  leaderLocking("kube-controller-manager", ["leader-election-controller"]),
  leaderLocking("kube-scheduler"),
  controller("kube-system", "bootstrap-signer", ["read secrets"]),
  controller("kube-system", "cloud-provider", ["read,create configmaps"]),
  controller("kube-system", "token-cleaner", ["read,delete secrets", reportEvents]),
];
