import type { KubeconfigDocument } from "../client/transport-target.ts";

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

/** The fields of the context called `name`; undefined: there is none. */
export function contextNamed(
  document: KubeconfigDocument,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  return document.contexts?.find((one) => one.name === name)?.context;
}
