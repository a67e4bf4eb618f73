import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import { withChangeCause } from "./change-cause.ts";
import type { Resource } from "./discovery.ts";
import { booleans, type Flag, optionals } from "./flags.ts";
import { KubectlError, usageError } from "./kubectl-error.ts";
import { lastAppliedAnnotation } from "./last-applied.ts";
import { typeNameOf } from "./manifest.ts";
import { goJson } from "./printers/go-json.ts";
import { typedTree } from "./printers/go-typed.ts";
import { pathOf } from "./rest.ts";
import { dryRunOf, resultFlags, tellResult, writeQuery } from "./result.ts";
import type { Call } from "./verb.ts";

/** Flags of the commands that make an object from words. */
export const creationFlags: readonly Flag[] = [
  ...resultFlags,
  ...booleans("save-config"),
  ...optionals("validate=strict"),
];

/** The one NAME of `create configmap NAME`. */
export function nameArgument({ flags, verb }: Call): string {
  const [name, ...more] = flags.args;
  if (name === undefined || more.length > 0) {
    throw usageError(verb, `exactly one NAME is required, got ${flags.args.length}`);
  }
  return name;
}

export interface CreateOptions {
  /** Under which name the fields are managed. `kubectl-create` unless given. */
  readonly manager?: string;
  /** `created` unless given. */
  readonly did?: string;
  /** Prints nothing. */
  readonly quiet?: boolean;
}

/** Creates what a command has put together, or only shows it, as `--dry-run` says. Resolves with the object. */
export async function createTyped<T extends KubeObject>(
  object: T,
  call: Call,
  options: CreateOptions = {},
): Promise<T> {
  const { flags, namespace, namespaceGiven } = call;
  const { manager = "kubectl-create", did = "created" } = options;
  const isDry = dryRunOf(flags) === "client";
  const kind = kindOf(object);
  const typedObject = typedTree(object, typeNameOf(kind)) as unknown as T;
  const saved = withChangeCause(flags.isTrue("save-config") ? withOwnText(typedObject) : typedObject, call);
  const isPlaced = !clusterWide.has(object.kind);
  const shown = isPlaced && namespaceGiven ? placed(saved, namespace) : saved;
  const created = isDry ? shown : await post(isPlaced ? placed(saved, namespace) : saved, call, manager);
  const typed = typedTree(created, typeNameOf(kind)) as unknown as T;
  if (!options.quiet) await tellResult({ resource: kind, object: typed, did, typed: true }, call);
  return typed;
}

const clusterWide = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass"]);

function placed<T extends KubeObject>(object: T, namespace: string): T {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
}

/** As `--save-config` keeps it: with the keys of a struct. */
function withOwnText<T extends KubeObject>(object: T): T {
  const annotations = { ...object.metadata.annotations, [lastAppliedAnnotation]: `${goJson(object)}\n` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

async function post<T extends KubeObject>(object: T, { rest, discovery, flags }: Call, manager: string): Promise<T> {
  const resource = await discovery.findKind(object.apiVersion, object.kind);
  if (!resource)
    throw new KubectlError(
      `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`,
    );
  const query = { ...writeQuery(flags, manager), fieldValidation: "Strict" };
  try {
    return await rest.json<T>("POST", pathOf(resource, object.metadata.namespace), { query, body: object });
  } catch (error) {
    const word = failureWords[object.kind];
    if (!(error instanceof ApiError) || manager !== "kubectl-create" || word === undefined) throw error;
    const type = object.kind === "Service" ? `${(object as { spec?: { type?: string } }).spec?.type ?? ""} ` : "";
    throw new KubectlError(`failed to create ${type}${word}${object.kind === "Secret" ? "" : ":"} ${error.message}`);
  }
}

/** How the commands that put it so speak of what they failed to create. */
const failureWords: Readonly<Record<string, string>> = {
  ClusterRoleBinding: "clusterrolebinding",
  ConfigMap: "configmap",
  CronJob: "cronjob",
  Deployment: "deployment",
  Ingress: "ingress",
  Job: "job",
  PodDisruptionBudget: "poddisruptionbudgets",
  PriorityClass: "priorityclass",
  ResourceQuota: "quota",
  RoleBinding: "rolebinding",
  Secret: "secret",
  Service: "service",
  ServiceAccount: "serviceaccount",
};

function kindOf({ apiVersion, kind }: KubeObject): Pick<Resource, "group" | "version" | "kind"> {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  return { group, version, kind };
}
