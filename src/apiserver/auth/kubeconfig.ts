import type { Credentials } from "./certificates.ts";

/** https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly clusters: readonly { readonly name: string; readonly cluster: KubeconfigCluster }[];
  readonly users: readonly { readonly name: string; readonly user: KubeconfigUser }[];
  readonly contexts: readonly { readonly name: string; readonly context: KubeconfigContext }[];
  readonly "current-context": string;
}

type KubeconfigCluster = {
  readonly server: string;
  readonly "certificate-authority-data": string;
};

type KubeconfigUser = {
  readonly "client-certificate-data": string;
  readonly "client-key-data": string;
};

type KubeconfigContext = {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
};

export interface KubeconfigOptions {
  /** Names the cluster, its user and the context. */
  readonly name: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly caPem: string;
  readonly credentials: Credentials;
  readonly namespace?: string;
}

/** A kubeconfig with everything in it: one cluster, one user, one context. Printed as JSON it is valid YAML. */
export function kubeconfigFor({ name, server, caPem, credentials, namespace }: KubeconfigOptions): Kubeconfig {
  const cluster = { server: server, "certificate-authority-data": base64(caPem) };
  const user = {
    "client-certificate-data": base64(credentials.certPem),
    "client-key-data": base64(credentials.keyPem),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace ? { namespace } : {}) } }],
    "current-context": name,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
