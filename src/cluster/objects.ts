import { decodeText, readAll } from "../api/bytes.ts";
import type { KubeObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { DeleteOptions, Kinds, Status } from "../api/types.gen.ts";
import type { Catalogue } from "../apiserver/catalogue.ts";
import { selectionOf } from "../apiserver/selection.ts";
import type { Client, WatchEvent } from "../client/client.ts";
import type { Transport } from "../client/transport.ts";
import type { ResourceDefinition, Subresource } from "../resources/definition.ts";

/** A kind as manifests name it, with its group where that is not clear: `Pod`, `Event.events.k8s.io`. */
export type Kind = keyof Kinds | (string & {});

/** What objects of a kind are: one of Kubernetes' own types, or what every object is. */
export type ObjectOf<K extends Kind> = K extends keyof Kinds
  ? Kinds[K]
  : KubeObject & Readonly<Record<string, unknown>>;

/** "default" unless told otherwise. What is in no namespace needs none. */
export interface InNamespace {
  readonly namespace?: string;
}

/** Which objects of a kind. Selectors are written as for kubectl's `-l` and `--field-selector`. */
export interface Where extends InNamespace {
  readonly allNamespaces?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface PatchOptions extends InNamespace {
  readonly subresource?: Subresource;
}

/**
 * The cluster's objects, by kind and name: `await cluster.objects.get("Pod", "web")` is a `Pod`. Custom resources are
 * kinds, too. What is read is frozen and shared; what the API refuses rejects with its `ApiError`.
 */
export interface Objects {
  get<K extends Kind>(kind: K, name: string, options?: InNamespace): Promise<ObjectOf<K> | undefined>;
  list<K extends Kind>(kind: K, where?: Where): Promise<readonly ObjectOf<K>[]>;
  /** In the namespace that its metadata names. Rejects when it is there already: `cluster.apply` does not. */
  create<T extends KubeObject>(object: T): Promise<T>;
  /** A JSON merge patch, of the object or of a subresource of it: `null` takes a field away. */
  patch<K extends Kind>(kind: K, name: string, patch: object, options?: PatchOptions): Promise<ObjectOf<K>>;
  delete(kind: Kind, name: string, options?: InNamespace & DeleteOptions): Promise<void>;
  /** Tells of every object there is (as ADDED), then of every change, in order. The returned function stops. */
  watch<K extends Kind>(kind: K, tell: (event: WatchEvent<ObjectOf<K>>) => void, where?: Where): () => void;
}

export interface ObjectsParts {
  readonly client: Client;
  readonly catalogue: Catalogue;
  readonly transport: Transport;
  /** Lets time pass for as long as something is waited for. */
  drive<T>(work: Promise<T>): Promise<T>;
}

export function objectsOf({ client, catalogue, transport, drive }: ObjectsParts): Objects {
  const send = <T>(method: string, path: string, body: object, type?: string): Promise<T> =>
    drive(answerTo<T>(transport, { method, path, body, type }));
  return {
    async get(kind, name, options = {}) {
      const resource = resourceOf(catalogue, kind);
      return drive(client.get(resource, { namespace: namespaceOf(resource, options) ?? "", name }));
    },
    async list(kind, where = {}) {
      const resource = resourceOf(catalogue, kind);
      const objects = await drive(client.list(resource, namespaceOf(resource, where)));
      return objects.filter(matcher(resource, where));
    },
    async create(object) {
      const resource = catalogue.findKind(object.apiVersion, object.kind);
      if (!resource) throw noSuchKind(`${object.kind} in ${object.apiVersion}`);
      return send("POST", pathOf(resource, object.metadata), object);
    },
    async patch(kind, name, patch, { subresource, ...options } = {}) {
      const path = pathOf(resourceOf(catalogue, kind), options, name, subresource);
      return send("PATCH", path, patch, "application/merge-patch+json");
    },
    async delete(kind, name, { namespace, ...options } = {}) {
      const resource = resourceOf(catalogue, kind);
      await send("DELETE", pathOf(resource, namespace === undefined ? {} : { namespace }, name), options);
    },
    watch(kind, tell, where = {}) {
      const resource = resourceOf(catalogue, kind);
      return client.watch(resource, selected(matcher(resource, where), inTurn(tell)));
    },
  };
}

function resourceOf<K extends Kind>(catalogue: Catalogue, kind: K): ResourceDefinition<ObjectOf<K>> {
  const [name = "", ...group] = kind.split(".");
  const found = catalogue
    .list()
    .find((one) => one.kind === name && (group.length === 0 || one.group === group.join(".")));
  if (!found) throw noSuchKind(kind);
  return found as unknown as ResourceDefinition<ObjectOf<K>>;
}

function noSuchKind(kind: string): Error {
  return new Error(`the cluster has no kind ${kind}`);
}

type Place = Pick<ResourceDefinition, "group" | "version" | "plural" | "namespaced">;

/** undefined: all of them, or none. */
function namespaceOf({ namespaced }: Place, where: Where): string | undefined {
  return namespaced && !where.allNamespaces ? (where.namespace ?? "default") : undefined;
}

function pathOf(resource: Place, options: InNamespace, name = "", subresource = ""): string {
  const { group, version, plural } = resource;
  const namespace = namespaceOf(resource, options);
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const place = namespace === undefined ? plural : `namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return [root, place, encodeURIComponent(name), subresource].filter((part) => part !== "").join("/");
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: object;
  readonly type?: string | undefined;
}

async function answerTo<T>(transport: Transport, { method, path, body, type }: Question): Promise<T> {
  const headers = { "content-type": type ?? "application/json", "user-agent": "picokube" };
  const response = await transport.request({ method, path, headers, body: JSON.stringify(body) });
  const answer: unknown = JSON.parse(decodeText(await readAll(response.body)));
  if (response.status < 400) return answer as T;
  const { reason = "", message = "", details } = answer as Status;
  throw new ApiError(response.status, reason, message, details);
}

function matcher(resource: Place, where: Where): (object: KubeObject) => boolean {
  const { labelSelector = "", fieldSelector = "" } = where;
  const query = new URLSearchParams({ labelSelector, fieldSelector });
  const selects = selectionOf(query, { resource: resource as ResourceDefinition, name: "" });
  const namespace = namespaceOf(resource, where);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && (selects?.(object) ?? true);
}

/** What is no longer selected is DELETED for those who select, and what newly is has been ADDED. */
function selected<T extends KubeObject>(
  matches: (object: KubeObject) => boolean,
  tell: (event: WatchEvent<T>) => void,
): (event: WatchEvent<T>) => void {
  return (event) => {
    const { type, object, previous } = event;
    const was = type !== "ADDED" && matches(previous ?? object);
    const is = type !== "DELETED" && matches(object);
    if (was && is) tell(event);
    else if (is) tell({ ...event, type: "ADDED" });
    else if (was) tell({ ...event, type: "DELETED" });
  };
}

/** Listeners are called when the change that they are told of is over: one that throws breaks nothing of it. */
function inTurn<E>(tell: (event: E) => void): (event: E) => void {
  return (event) => queueMicrotask(() => tell(event));
}
