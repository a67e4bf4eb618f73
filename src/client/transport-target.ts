import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A kubeconfig as parsed from YAML or JSON, unchecked. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface KubeconfigDocument {
  readonly clusters?: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
  readonly contexts?: readonly { readonly name: string; readonly context: Readonly<Record<string, unknown>> }[];
  readonly "current-context"?: string;
}

/** Where requests go, and as whom. */
export interface TransportTarget {
  readonly server: URL;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Credentials that travel in headers. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TargetOptions {
  /** Instead of the current context. */
  readonly context?: string;
  /** What file names in the kubeconfig are relative to. */
  readonly directory?: string;
}

type Entry = Readonly<Record<string, unknown>>;

/** The server and credentials of a kubeconfig's context. Throws an Error with kubectl's words when they are not there. */
export function transportTarget(config: KubeconfigDocument, options: TargetOptions = {}): TransportTarget {
  const name = options.context ?? config["current-context"] ?? "";
  const context = config.contexts?.find((one) => one.name === name)?.context;
  if (!context) throw new Error(`context "${name}" does not exist`);
  const cluster = config.clusters?.find((one) => one.name === context["cluster"])?.cluster;
  if (!cluster) throw new Error(`cluster "${text(context, "cluster") ?? ""}" does not exist`);
  const user = config.users?.find((one) => one.name === context["user"])?.user ?? {};
  for (const [entry, field] of unsupported) {
    if ((entry === "user" ? user : cluster)[field] !== undefined)
      throw new Error(`kubeconfig: ${field} is not supported`);
  }

  const read = (entry: Entry, field: string): string | undefined => fileOrData(entry, field, options.directory ?? ".");
  const servername = text(cluster, "tls-server-name");
  const certificate = {
    ca: read(cluster, "certificate-authority"),
    cert: read(user, "client-certificate"),
    key: read(user, "client-key"),
    servername,
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] === true ? false : undefined,
  };
  return {
    server: new URL(text(cluster, "server") ?? "http://localhost:8080"),
    tls: defined(certificate),
    headers: credentials(user, options.directory ?? "."),
  };
}

const unsupported = [
  ["user", "exec"],
  ["user", "auth-provider"],
  ["cluster", "proxy-url"],
] as const;

function credentials(user: Entry, directory: string): Record<string, string> {
  const tokenFile = text(user, "tokenFile");
  const token = text(user, "token") ?? (tokenFile && readFileSync(resolve(directory, tokenFile), "utf8").trim());
  const username = text(user, "username");
  const basic = username && Buffer.from(`${username}:${text(user, "password") ?? ""}`).toString("base64");
  const impersonated = text(user, "as");
  return {
    ...(token ? { authorization: `Bearer ${token}` } : basic ? { authorization: `Basic ${basic}` } : {}),
    ...(impersonated ? { "impersonate-user": impersonated } : {}),
  };
}

/** `FIELD-data` in base64 goes before the file that `FIELD` names. */
function fileOrData(entry: Entry, field: string, directory: string): string | undefined {
  const data = text(entry, `${field}-data`);
  if (data) return Buffer.from(data, "base64").toString();
  const file = text(entry, field);
  return file ? readFileSync(resolve(directory, file), "utf8") : undefined;
}

function text(entry: Entry, field: string): string | undefined {
  const value = entry[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<T>
  >;
}
