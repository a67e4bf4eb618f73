import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { httpsTransport } from "../client/https-transport.ts";
import { type KubeconfigDocument, type TransportTarget, transportTarget } from "../client/transport-target.ts";
import type { Transport } from "../client/transport.ts";
import { connectionProblem } from "./connection-problem.ts";
import type { Flags } from "./flags.ts";
import { openKubeconfig } from "./kubeconfig-files.ts";
import { checkNames, contextNamed, type Kubeconfig, namesIn } from "./kubeconfig.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Connection } from "./kubectl.ts";

const withoutConfig = "http://localhost:8080";

/** The API server that the kubeconfig names, asked only when a command first needs it. */
export function connection(): { connect(flags: Flags): Connection; close(): void } {
  let opened: { transport: Transport; server: URL } | undefined;
  return {
    connect(flags) {
      const kubeconfig = openKubeconfig(flags);
      const ask = async <T>(what: (transport: Transport) => Promise<T>): Promise<T> => {
        opened ??= open(targetOf(kubeconfig, flags));
        const { server, transport } = opened;
        return what(transport).catch((error: unknown) => {
          throw connectionProblem(error, server) ?? error;
        });
      };
      const context = contextNamed(kubeconfig.document, kubeconfig.context);
      const namespace = context?.["namespace"];
      return {
        namespace: typeof namespace === "string" && namespace !== "" ? namespace : "default",
        kubeconfig,
        transport: {
          request: (request, signal) => ask((transport) => transport.request(request, signal)),
          openSession: (path, streams, signal) => ask((transport) => transport.openSession(path, streams, signal)),
          openPort: (path, port) => ask((transport) => transport.openPort(path, port)),
          close: () => opened?.transport.close(),
        },
      };
    },
    close: () => opened?.transport.close(),
  };
}

function open(target: TransportTarget): { transport: Transport; server: URL } {
  return { transport: httpsTransport(target), server: target.server };
}

function targetOf(kubeconfig: Kubeconfig, flags: Flags): TransportTarget {
  const document = withFlags(kubeconfig, flags);
  try {
    return transportTarget(document, { context: "chosen" });
  } catch (error) {
    throw new KubectlError(error instanceof Error ? error.message : String(error));
  }
}

/** One context, called `chosen`, of what the files and the flags say. */
function withFlags({ document, context: name }: Kubeconfig, flags: Flags): KubeconfigDocument {
  const context = contextNamed(document, name);
  checkNames(document, { ...(name === "" ? {} : { context: name }), ...namesIn(flags) });
  const clusterName = flags.value("cluster") ?? context?.["cluster"];
  const userName = flags.value("user") ?? context?.["user"];
  const cluster = document.clusters?.find((one) => one.name === clusterName)?.cluster;
  const user = document.users?.find((one) => one.name === userName)?.user;
  const overrides = { cluster: given(flags, clusterFlags), user: given(flags, userFlags) };
  const insecure = flags.isTrue("insecure-skip-tls-verify") ? { "insecure-skip-tls-verify": true } : {};
  return {
    clusters: [{ name: "chosen", cluster: { server: withoutConfig, ...cluster, ...overrides.cluster, ...insecure } }],
    users: [{ name: "chosen", user: { ...user, ...overrides.user } }],
    contexts: [{ name: "chosen", context: { cluster: "chosen", user: "chosen" } }],
  };
}

const clusterFlags = [
  ["server", "server"],
  ["tls-server-name", "tls-server-name"],
  ["certificate-authority", "certificate-authority-data"],
] as const;
const userFlags = [
  ["token", "token"],
  ["client-certificate", "client-certificate-data"],
  ["client-key", "client-key-data"],
] as const;

/** Files are read where the command is run. */
function given(flags: Flags, fields: readonly (readonly [string, string])[]): Record<string, string> {
  const found = fields.flatMap(([flag, field]) => {
    const value = flags.value(flag);
    if (value === undefined) return [];
    return [[field, field.endsWith("-data") ? readFileSync(resolve(value)).toString("base64") : value] as const];
  });
  return Object.fromEntries(found);
}
