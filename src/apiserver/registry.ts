import { cloneTree, type KubeObject, type Mutable, type ObjectKey, sameTree } from "../api/object.ts";
import { alreadyExists, invalidObject, modified, notFound } from "../api/status.ts";
import { apiVersionOf, bucketOf, has, type ResourceDefinition } from "../resources/definition.ts";
import { validateMetadata } from "../resources/metadata.ts";
import { type Clock, timestamp } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { Store } from "../storage/store.ts";
import {
  type AdmissionRequest,
  type AdmissionStep,
  admit,
  confirmAdmission,
  validateAdmission,
} from "./admission/admission.ts";
import type { Catalogue } from "./catalogue.ts";
import { admitted, type ObjectView, viewed } from "./object-view.ts";
import { sameManagers, trackUpdate } from "./patch/managed-fields.ts";
import { resetFields } from "./patch/unowned-fields.ts";
import type { UserInfo } from "./request.ts";
import { completeObject } from "./schema/completion.ts";
import { applyDefaults } from "./schema/defaults.ts";
import { convertingFirst, ServedForms } from "./served-forms.ts";
import { restoreStatus, withStatus } from "./status-part.ts";

/** Who writes, and how. */
export interface WriteOptions {
  readonly user: UserInfo;
  /** The name in managedFields. */
  readonly manager: string;
  readonly dryRun?: boolean;
  /** When it must be done, in ms since the Unix epoch. */
  readonly deadline?: number;
  /** Collects texts for `Warning:` headers. */
  readonly warn?: (text: string) => void;
  /** managedFields as server-side apply has worked them out. */
  readonly managedFields?: KubeObject["metadata"]["managedFields"];
}

/**
 * Gives an object what must be unique in the cluster (IPs, ports): before it is validated, as upstream, and once more
 * just before it is stored, since another may have come in between. What is given stays. Throws ApiError.
 */
export interface Allocator {
  readonly resource: ResourceDefinition;
  allocate(object: Mutable<KubeObject>, previous: KubeObject | undefined): void;
}

export interface RegistryOptions {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: readonly AdmissionStep[];
  readonly allocators: readonly Allocator[];
}

/**
 * Which part of an object an update may touch. "status" leaves all else as it is stored; "metadata-and-status" is
 * a client's PUT of the status subresource; "verbatim" takes the object as it is: the caller has checked it, and
 * nobody comes to own what it changes (as upstream's deletions and bindings).
 */
export type UpdatePart = "object" | "status" | "metadata-and-status" | "verbatim";

export interface UpdateOptions extends WriteOptions {
  readonly part?: UpdatePart;
  readonly subresource?: string;
  /** What admission is shown instead of the object. */
  readonly view?: ObjectView;
}

const nameAttempts = 8;

/** The rules by which objects enter, change in and leave the store. Knows nothing of requests. */
export class Registry {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly random: Random;
  readonly #admission: readonly AdmissionStep[];
  readonly #allocators: ReadonlyMap<string, Allocator>;
  readonly #forms = new ServedForms();

  constructor(options: RegistryOptions) {
    this.store = options.store;
    this.catalogue = options.catalogue;
    this.clock = options.clock;
    this.random = options.random;
    this.#admission = options.admission;
    this.#allocators = new Map(options.allocators.map((allocator) => [bucketOf(allocator.resource), allocator]));
  }

  find(resource: ResourceDefinition, key: ObjectKey): KubeObject | undefined {
    const object = this.store.get(bucketOf(resource), key);
    return object && this.fromStored(resource, object);
  }

  /** Throws NotFound. */
  get(resource: ResourceDefinition, key: ObjectKey): KubeObject {
    const object = this.find(resource, key);
    if (!object) throw notFound(resource, key.name);
    return object;
  }

  list(resource: ResourceDefinition, namespace?: string): readonly KubeObject[] {
    return this.#forms.all(resource, this.store.list(bucketOf(resource), namespace));
  }

  /** The same as it was at a revision. Throws CompactedError when nobody remembers. */
  listAt(resource: ResourceDefinition, revision: number, namespace?: string): readonly KubeObject[] {
    return this.#forms.all(resource, this.store.listAt(bucketOf(resource), revision, namespace));
  }

  /** As `resource` serves it, as all reading here does. Throws NotConverted: see served-forms.ts. */
  fromStored(resource: ResourceDefinition, object: KubeObject): KubeObject {
    return this.#forms.one(resource, object);
  }

  /** For who looks at metadata only: what would have to be converted first comes as it is kept. */
  asKept(resource: ResourceDefinition, object: KubeObject): KubeObject {
    return this.#forms.asKept(resource, object);
  }

  /** `given` is not changed. Rejects with ApiError. */
  async create(resource: ResourceDefinition, given: KubeObject, options: WriteOptions): Promise<KubeObject> {
    let object = cloneTree(given);
    this.#prepareMetadata(resource, object);
    if (resource.type) applyDefaults(resource.type, object);
    resource.default?.(object);
    this.#trackFields(resource, undefined, object, options);
    resource.prepareForCreate?.(object);
    const request = { operation: "CREATE", subresource: "", resource, object, options, registry: this } as const;
    object = await admit(this.#admission, request);
    if (resource.type) completeObject(resource.type, object);
    this.#allocators.get(bucketOf(resource))?.allocate(object, undefined);
    const errors = [...validateMetadata(object, resource), ...(resource.validate?.(object) ?? [])];
    if (errors.length > 0) throw invalidObject(resource, object.metadata.name, errors);
    for (const text of resource.warnings?.(object) ?? []) options.warn?.(text);
    await validateAdmission(this.#admission, request);
    if (this.#forms.mustPrepare(resource, object)) await this.#forms.prepare(resource, object);
    confirmAdmission(this.#admission, request);
    return this.#insert(resource, object, options);
  }

  /**
   * Replaces what is stored by what `change` makes of it. A change that comes in between is taken in by calling
   * `change` again; a result with another resourceVersion than the latest is refused. One that changes nothing writes nothing.
   */
  async update(
    resource: ResourceDefinition,
    key: ObjectKey,
    change: (current: KubeObject) => KubeObject,
    options: UpdateOptions,
  ): Promise<KubeObject> {
    for (;;) {
      const current = this.get(resource, key);
      const wanted = change(current);
      const version = wanted.metadata.resourceVersion;
      if (version && version !== "0" && version !== current.metadata.resourceVersion)
        throw modified(resource, key.name);
      const whole = this.#admissionOf(resource, current, wanted, options);
      const request = whole && viewed(whole, options.view);
      if (request) await admit(this.#admission, request);
      const next = whole && request ? admitted(whole, request, options.view) : wanted;
      if (resource.type) completeObject(resource.type, next);
      if (this.find(resource, key) === current) {
        this.#allocate(resource, next, current, options);
        this.#validateUpdate(resource, next, current, options);
        if (request) await validateAdmission(this.#admission, request);
        if (this.#forms.mustPrepare(resource, next)) await this.#forms.prepare(resource, next);
      }
      if (this.find(resource, key) === current) {
        if (request) confirmAdmission(this.#admission, request);
        return this.#replace(resource, current, next, options);
      }
    }
  }

  /** Lets admission judge what is no write of an object itself: a deletion, a connection, a POST below an object. */
  async judge(request: Omit<AdmissionRequest, "registry">): Promise<void> {
    const whole: AdmissionRequest = { ...request, registry: this };
    await admit(this.#admission, whole);
    await validateAdmission(this.#admission, whole);
  }

  /** Removes an object whose time has come. The lifecycle decides when: see lifecycle.ts. */
  remove(resource: ResourceDefinition, key: ObjectKey): KubeObject {
    const served = this.get(resource, key);
    const object = this.store.delete(bucketOf(resource), key);
    if (!object) throw notFound(resource, key.name);
    if (!resource.storedAs) return object;
    const { resourceVersion = "" } = object.metadata;
    return { ...served, metadata: { ...served.metadata, resourceVersion } };
  }

  #prepareMetadata(resource: ResourceDefinition, object: Mutable<KubeObject>): void {
    const { metadata } = object;
    object.apiVersion = apiVersionOf(resource);
    object.kind = resource.kind;
    metadata.name ??= "";
    if (metadata.name === "" && metadata.generateName) metadata.name = this.#generateName(resource, object);
    metadata.uid = this.random.uuid();
    metadata.creationTimestamp = timestamp(this.clock);
    if (resource.tracksGeneration) metadata.generation = 1;
    else delete metadata.generation;
    if (!resource.namespaced) delete metadata.namespace;
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.selfLink;
    delete metadata.resourceVersion;
  }

  #generateName(resource: ResourceDefinition, { metadata }: Mutable<KubeObject>): string {
    const prefix = (metadata.generateName ?? "").slice(0, 58);
    let name = "";
    for (let attempt = 0; attempt < nameAttempts; attempt++) {
      name = prefix + this.random.suffix();
      if (!this.store.get(bucketOf(resource), { namespace: metadata.namespace ?? "", name })) break;
    }
    return name;
  }

  #insert(resource: ResourceDefinition, object: Mutable<KubeObject>, options: WriteOptions): Written {
    const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
    if (this.store.get(bucketOf(resource), key)) throw alreadyExists(resource, key.name);
    this.#allocators.get(bucketOf(resource))?.allocate(object, undefined);
    return this.#put(resource, key, object, options);
  }

  /** What an update goes through; undefined where there is no admission. */
  #admissionOf(
    resource: ResourceDefinition,
    current: KubeObject,
    wanted: KubeObject,
    options: UpdateOptions,
  ): AdmissionRequest | undefined {
    if (options.part === "verbatim") return undefined;
    if (options.part === "status" || options.part === "metadata-and-status") {
      const object = withStatus(resource, current, wanted, options.part);
      this.#trackFields(resource, current, object, options);
      return {
        operation: "UPDATE",
        subresource: "status",
        resource,
        object,
        previous: current,
        options,
        registry: this,
      };
    }
    const object = privateCopy(wanted);
    restoreMetadata(resource, object, current);
    if (resource.type) applyDefaults(resource.type, object);
    resource.default?.(object);
    const { subresource = "" } = options;
    if (resource.subresources?.includes("status") && subresource !== "approval") restoreStatus(object, current);
    this.#trackFields(resource, current, object, options);
    resource.prepareForUpdate?.(object, current, subresource);
    return { operation: "UPDATE", subresource, resource, object, previous: current, options, registry: this };
  }

  #replace(resource: ResourceDefinition, current: KubeObject, next: KubeObject, options: UpdateOptions): Written {
    const key = { namespace: current.metadata.namespace ?? "", name: current.metadata.name };
    const object = next as Mutable<KubeObject>;
    if (resource.tracksGeneration && isNewGeneration(resource, current, next)) {
      object.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    if (isFinished(resource, next)) return options.dryRun ? next : this.remove(resource, key);
    if (isUnchanged(current, next)) return current;
    this.#allocate(resource, object, current, options);
    const { resourceVersion = "" } = current.metadata;
    if (options.dryRun) return { ...object, metadata: { ...object.metadata, resourceVersion } };
    return this.#put(resource, key, object, options);
  }

  #allocate(
    resource: ResourceDefinition,
    next: KubeObject,
    current: KubeObject,
    { part = "object" }: UpdateOptions,
  ): void {
    if (part === "object") this.#allocators.get(bucketOf(resource))?.allocate(next as Mutable<KubeObject>, current);
  }

  #validateUpdate(resource: ResourceDefinition, next: KubeObject, current: KubeObject, options: UpdateOptions): void {
    if (options.part === "verbatim") return;
    const statusOnly = options.part === "status" || options.part === "metadata-and-status";
    const errors = statusOnly
      ? (resource.validateStatus?.(next, current) ?? [])
      : [
          ...validateMetadata(next, resource, current),
          ...(resource.validate?.(next, current, options.subresource) ?? []),
        ];
    if (errors.length > 0) throw invalidObject(resource, next.metadata.name, errors);
    if (statusOnly) return;
    for (const text of resource.warnings?.(next, current) ?? []) options.warn?.(text);
  }

  /** Before admission and what the server fills in: nobody owns what nobody asked for. */
  #trackFields(
    resource: ResourceDefinition,
    previous: KubeObject | undefined,
    object: Mutable<KubeObject>,
    options: UpdateOptions,
  ): void {
    const { manager, managedFields, subresource = "" } = options;
    const entries =
      managedFields ??
      trackUpdate({
        previous,
        current: object,
        manager,
        operation: "Update",
        apiVersion: apiVersionOf(resource),
        subresource,
        typeName: resource.type,
        schema: resource.openApiSchema,
        now: timestamp(this.clock),
        resets: resetFields(resource, subresource),
      });
    if (entries.length > 0) object.metadata.managedFields = entries as Mutable<typeof entries>;
    else delete object.metadata.managedFields;
  }

  #put(resource: ResourceDefinition, key: ObjectKey, object: KubeObject, options: WriteOptions): Written {
    if (options.dryRun) return object;
    const stored = this.store.put(bucketOf(resource), key, this.#forms.toStored(resource, object));
    const read = (): KubeObject => this.fromStored(resource, stored);
    return resource.storedAs?.conversion ? convertingFirst(read) : read();
  }
}

/** What is stored is read again: it may have to be converted for that. */
type Written = KubeObject | Promise<KubeObject>;

/** To be changed, but for managedFields: they are shared, since they are only ever replaced. */
function privateCopy(object: KubeObject): Mutable<KubeObject> {
  const { managedFields, ...metadata } = object.metadata;
  const copy = cloneTree<KubeObject>({ ...object, metadata });
  if (managedFields) copy.metadata.managedFields = managedFields as Mutable<typeof managedFields>;
  return copy;
}

/** What a client may not change, whatever it sends. */
function restoreMetadata(resource: ResourceDefinition, object: Mutable<KubeObject>, current: KubeObject): void {
  const { metadata } = object;
  const kept = current.metadata;
  object.apiVersion = apiVersionOf(resource);
  object.kind = resource.kind;
  metadata.name ??= kept.name;
  if (resource.namespaced) metadata.namespace ??= kept.namespace ?? "";
  else delete metadata.namespace;
  metadata.uid ??= kept.uid ?? "";
  restore(metadata, kept, "creationTimestamp");
  restore(metadata, kept, "deletionTimestamp");
  restore(metadata, kept, "deletionGracePeriodSeconds");
  restore(metadata, kept, "generation");
  if (kept.generateName !== undefined) metadata.generateName ??= kept.generateName;
}

function restore(
  metadata: Mutable<KubeObject["metadata"]>,
  kept: KubeObject["metadata"],
  field: keyof KubeObject["metadata"],
): void {
  const target = metadata as Record<string, unknown>;
  if (kept[field] === undefined) delete target[field];
  else target[field] = kept[field];
}

/** A status with a door of its own does not count. */
function isNewGeneration(resource: ResourceDefinition, current: KubeObject, next: KubeObject): boolean {
  if (next.metadata.deletionTimestamp !== current.metadata.deletionTimestamp) return true;
  const unwatched = has(resource, "status") ? { status: undefined } : {};
  const strip = ({ metadata: _m, ...rest }: KubeObject): unknown => ({ ...rest, ...unwatched });
  return !sameTree(strip(current), strip(next));
}

/** Deleted, and nobody holds it back any more. */
function isFinished(resource: ResourceDefinition, object: KubeObject): boolean {
  const { metadata } = object;
  return (
    !resource.isHeldBack?.(object) &&
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}

/** A new time in managedFields alone is no change. */
function isUnchanged(current: KubeObject, next: KubeObject): boolean {
  return (
    sameTree(withoutBookkeeping(current), withoutBookkeeping(next)) &&
    sameManagers(current.metadata.managedFields, next.metadata.managedFields)
  );
}

function withoutBookkeeping({ metadata, ...rest }: KubeObject): unknown {
  const { managedFields: _f, resourceVersion: _r, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
