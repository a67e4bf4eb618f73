import type { KubeObject, Mutable } from "../api/object.ts";
import type { FieldError } from "../api/status.ts";
import type { NameRule } from "./names.ts";

/**
 * Everything the cluster knows about one kind. REST routes, discovery, `kubectl get`
 * columns, validation, defaulting and the typed client are all derived from it.
 *
 * The hooks are methods, not function-typed properties, so that a
 * `ResourceDefinition<Pod>` may sit in a list of `ResourceDefinition`.
 */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** Lower-case kind unless given. */
  readonly singular?: string;
  /** The kind with `List` behind it unless given. */
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** What its names must be: a DNS subdomain unless given. */
  readonly nameRule?: NameRule;
  /** Full name in facts/types.json; none for kinds whose shape is not in the facts (custom resources). */
  readonly type?: string;
  /** The OpenAPI v3 schema of a kind that is not in the facts, as a CustomResourceDefinition has it. */
  readonly openApiSchema?: Readonly<Record<string, unknown>>;
  readonly subresources?: readonly Subresource[];
  /** metadata.generation counts changes of what is not metadata or status. */
  readonly tracksGeneration?: boolean;
  /** All eight unless given. */
  readonly verbs?: readonly Verb[];
  readonly columns: readonly Column<T>[];
  /** Fields that `--field-selector` may name besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, FieldReader<T>>>;
  /** How objects are kept, if not as they are served: a second version is stored as another resource. */
  readonly storedAs?: StoredAs<T>;
  /** Where a scalable custom resource keeps what its Scale shows. */
  readonly scalePaths?: ScalePaths;
  /** Put on an object when its deletion begins: whoever cleans up after it takes it off. */
  readonly deletionFinalizer?: string;
  /** A `Warning:` for every request. */
  readonly deprecation?: string;

  /** Drops what the schema of a custom resource does not know and tells what. */
  prune?(object: Mutable<T>): Pruned;

  /** Fills in what upstream's defaulting fills in beyond the plain defaults of the facts. `object` is a private copy. */
  default?(object: Mutable<T>): void;
  /** Fills in what the server owns before an object is first stored (status, allocated fields). */
  prepareForCreate?(object: Mutable<T>): void;
  /** Puts back what an update may not touch; `previous` is what is stored, `subresource` the door it came through. */
  prepareForUpdate?(object: Mutable<T>, previous: T, subresource?: string): void;
  /** Both for what comes through the status subresource. What `object` holds is shared: replace it, do not change it. */
  prepareForStatus?(object: Mutable<T>, previous: T): void;
  /** Marks an object whose deletion has begun, beyond its metadata. */
  prepareForDelete?(object: Mutable<T>): void;
  /** Whether a deleted object must stay, for reasons beyond its metadata's finalizers. */
  isHeldBack?(object: T): boolean;
  /** All that is wrong with it; with `previous`, also what may not change; `subresource` is the door it came through. */
  validate?(object: T, previous?: T, subresource?: string): FieldError[];
  /** For a PUT or PATCH of the status subresource. */
  validateStatus?(object: T, previous: T): FieldError[];
  /** Texts for `Warning:` headers. */
  warnings?(object: T, previous?: T): string[];
}

/** What pruning has found: the paths of unknown fields (`spec.foo`), and why the object cannot be read at all. */
export interface Pruned {
  readonly unknown: readonly string[];
  readonly problem?: string;
}

/** A method type, so that a reader of Pods may sit in a table of readers of objects. */
type FieldReader<T> = { read(object: T): string }["read"];

/** Each a path of fields: `["spec", "replicas"]`. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** Where the selector is, as text. */
  readonly labelSelector?: readonly string[];
}

export interface StoredAs<T extends KubeObject> {
  readonly resource: ResourceDefinition;
  toStored(object: T): KubeObject;
  fromStored(object: KubeObject): T;
  /** What lies between versions, if `toStored` and `fromStored` take only what is of their own. */
  readonly conversion?: VersionConversion;
}

/** Objects of one version made to be of another by somebody else: it takes time, and may fail. */
export interface VersionConversion {
  /** `example.com/v1`: the version in which objects are kept. */
  readonly storedVersion: string;
  /** In the same order; those that are of that version are left alone. Rejects with ApiError. */
  convert(objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]>;
}

/** `scale`, `status` and the other paths below an object that the API server serves. */
export type Subresource =
  | "status"
  | "scale"
  | "binding"
  | "eviction"
  | "log"
  | "exec"
  | "attach"
  | "portforward"
  | "proxy"
  | "ephemeralcontainers"
  | "token"
  | "finalize"
  | "approval";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

/** One column of `kubectl get`. */
export interface Column<T extends KubeObject = KubeObject> {
  /** As the server names it: `Nominated Node`; kubectl prints it in capitals. */
  readonly name: string;
  readonly type?: "string" | "integer" | "number" | "date" | "boolean";
  readonly format?: string;
  readonly description?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
  /** `now` is the cluster's time in ms; null shows nothing. */
  value(object: T, now: number): string | number | boolean | null;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

/** The store's bucket for a resource. */
export function bucketOf(resource: ResourceDefinition): string {
  const { group, plural } = resource.storedAs?.resource ?? resource;
  return `${group}/${plural}`;
}

/** `PodList`, unless the resource says otherwise. */
export function listKindOf({ kind, listKind }: { kind: string; listKind?: string }): string {
  return listKind ?? `${kind}List`;
}

/** Whether the same objects are served as another resource, which is the one to look after them. */
export function isSecondVersion(resource: ResourceDefinition): boolean {
  const { storedAs } = resource;
  return storedAs !== undefined && apiVersionOf(storedAs.resource) !== apiVersionOf(resource);
}

export function has(resource: ResourceDefinition, subresource: Subresource): boolean {
  return resource.subresources?.includes(subresource) ?? false;
}
