import type { KubeconfigDocument } from "../client/transport-target.ts";
import type { Flags } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";

/** The kubeconfig that a command goes by. */
export interface Kubeconfig {
  /** Of all files, merged. */
  readonly document: KubeconfigDocument;
  /** The context in use: `--context`, or the current one. */
  readonly context: string;
  /** The file that changes go to. */
  readonly path: string;
  /** Where the API server is. */
  readonly server: string;
  /** Changes a part of the file that it stands in. Throws an Error where there is no file. */
  save(change: (document: KubeconfigDocument) => KubeconfigDocument): void;
}

/** For commands that run inside of the cluster's own process: there is one context and nothing to keep. */
export function kubeconfigInMemory(namespace: string): Kubeconfig {
  let document: KubeconfigDocument = {
    clusters: [{ name: "picokube", cluster: { server: "https://127.0.0.1:6443" } }],
    users: [{ name: "picokube", user: {} }],
    contexts: [
      {
        name: "picokube",
        context: { cluster: "picokube", user: "picokube", ...(namespace === "default" ? {} : { namespace }) },
      },
    ],
    "current-context": "picokube",
  };
  return {
    get document() {
      return document;
    },
    context: "picokube",
    path: "memory",
    server: "https://127.0.0.1:6443",
    save(change) {
      document = change(document);
    },
  };
}

/** What `--context`, `--cluster` and `--user` name. */
export interface ConfigNames {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
}

export function namesIn(flags: Pick<Flags, "value">): ConfigNames {
  const given = (["context", "cluster", "user"] as const).map((name) => [name, flags.value(name)] as const);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/** Throws KubectlError for names that the kubeconfig does not know. */
export function checkNames(document: KubeconfigDocument, { context, cluster, user }: ConfigNames): void {
  if (context !== undefined && !contextNamed(document, context)) {
    const why = `context was not found for specified context: ${context}`;
    throw new KubectlError(`Error in configuration: ${why}`, { bare: true });
  }
  if (cluster !== undefined && !document.clusters?.some(({ name }) => name === cluster))
    throw new KubectlError(`no server found for cluster ${JSON.stringify(cluster)}`);
  if (user !== undefined && !document.users?.some(({ name }) => name === user))
    throw new KubectlError(`auth info ${JSON.stringify(user)} does not exist`);
}

/** The fields of the context called `name`; undefined: there is none. */
export function contextNamed(
  document: KubeconfigDocument,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  return document.contexts?.find((one) => one.name === name)?.context;
}
