import { type KubeObject, keyOf, sameTree } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
} from "../../resources/apiextensions/custom-resource-definition.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import { timestamp } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import { deleteObject } from "../lifecycle.ts";
import type { Registry, UpdateOptions } from "../registry.ts";
import type { WebhookCaller } from "../webhook/call-webhook.ts";
import { approvalCondition } from "./approval.ts";
import { establishment, isTrue, withCondition } from "./conditions.ts";
import { checkedDefinitions } from "./definition-checks.ts";
import { acceptNames } from "./names.ts";
import { baseOf, type ResourceTools, resourcesFor } from "./resource-for.ts";
import type { RuleCompiler } from "./rules.ts";

const resource = customResourceDefinitions as unknown as ResourceDefinition;
const finalizer = "customresourcecleanup.apiextensions.k8s.io";
const write: UpdateOptions = {
  user: { name: "system:apiserver", groups: ["system:masters"] },
  manager: "kube-apiserver",
};

export interface CustomResourcesOptions {
  readonly registry: Registry;
  readonly log: Log;
  /** Reads the expressions of x-kubernetes-validations. */
  readonly compile: RuleCompiler;
  /** How webhooks that convert are reached. */
  readonly call: WebhookCaller;
}

/** What of a definition is in the catalogue. */
interface Served {
  readonly definition: CustomResourceDefinition;
  readonly resources: readonly ResourceDefinition[];
  stop(): void;
}

/**
 * Keeps the catalogue in step with the CustomResourceDefinitions: accepts their names, serves their resources, and
 * removes their objects before they go themselves. The returned function stops.
 * https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/#customresourcedefinitions
 */
export function serveCustomResources(options: CustomResourcesOptions): () => void {
  options.registry.catalogue.add(checkedDefinitions(options.compile));
  const resources = new CustomResources(options);
  return () => resources.stop();
}

class CustomResources {
  readonly #registry: Registry;
  readonly #tools: ResourceTools;
  readonly #served = new Map<string, Served>();
  readonly #queue: WorkQueue;
  readonly #stop: () => void;

  constructor({ registry, log, compile, call }: CustomResourcesOptions) {
    this.#registry = registry;
    this.#tools = { compile, call, uid: () => registry.random.uuid() };
    this.#queue = new WorkQueue({
      clock: registry.clock,
      handle: (name) => this.#sync(name),
      onError: (name, error) => log.write("error", `custom resources: ${name}: ${describeError(error)}`),
    });
    this.#addAll();
    const after = registry.store.revision;
    this.#stop = registry.store.watch(bucketOf(resource), { after }, ({ object }) =>
      this.#queue.add(object.metadata.name),
    );
  }

  stop(): void {
    this.#stop();
    this.#queue.stop();
    for (const one of this.#served.values()) one.stop();
  }

  #addAll(): void {
    for (const { metadata } of this.#definitions()) this.#queue.add(metadata.name);
  }

  #definitions(): readonly CustomResourceDefinition[] {
    return this.#registry.list(resource) as readonly CustomResourceDefinition[];
  }

  async #sync(name: string): Promise<void> {
    const definition = this.#registry.find(resource, { namespace: "", name }) as CustomResourceDefinition | undefined;
    if (!definition) return this.#withdraw(name);
    if (definition.metadata.deletionTimestamp) return this.#finalize(definition);
    const accepted = await this.#accept(definition);
    if (isTrue(accepted, "Established")) this.#serve(accepted);
  }

  async #accept(definition: CustomResourceDefinition): Promise<CustomResourceDefinition> {
    const others = this.#definitions().filter(
      ({ spec, metadata }) => spec.group === definition.spec.group && metadata.uid !== definition.metadata.uid,
    );
    const { names, condition } = acceptNames(definition, others);
    const now = timestamp(this.#registry.clock);
    const known = withCondition(definition.status?.conditions ?? [], condition, now);
    const approval = approvalCondition(definition);
    const judged = approval ? withCondition(known, approval, now) : known;
    const conditions = withCondition(judged, establishment(definition, condition.status === "True"), now);
    return this.#updateStatus(definition, { ...definition.status, acceptedNames: names, conditions });
  }

  #serve(definition: CustomResourceDefinition): void {
    const { name } = definition.metadata;
    const { catalogue } = this.#registry;
    const before = this.#served.get(name);
    if (before && isSame(before.definition, definition)) return;
    const resources = resourcesFor(definition, this.#tools);
    const kept = new Set(resources.map(({ version }) => version));
    for (const old of before?.resources ?? []) if (!kept.has(old.version)) catalogue.remove(old);
    for (const one of resources) catalogue.add(one);
    const stop = before?.stop ?? this.#watchDeletions(definition);
    this.#served.set(name, { definition, resources, stop });
  }

  /** A definition that waits for its last object hears when it has gone. */
  #watchDeletions(definition: CustomResourceDefinition): () => void {
    const { store } = this.#registry;
    const key = keyOf(definition);
    return store.watch(bucketOf(baseOf(definition)), { after: store.revision }, ({ type }) => {
      const isTerminating = this.#registry.find(resource, key)?.metadata.deletionTimestamp !== undefined;
      if (type === "DELETED" && isTerminating) this.#queue.add(key.name);
    });
  }

  /** Its names have become free for others. */
  #withdraw(name: string): void {
    const gone = this.#served.get(name);
    this.#served.delete(name);
    gone?.stop();
    for (const one of gone?.resources ?? []) this.#registry.catalogue.remove(one);
    this.#addAll();
  }

  async #finalize(definition: CustomResourceDefinition): Promise<void> {
    const { finalizers = [] } = definition.metadata;
    if (!finalizers.includes(finalizer)) return;
    const base = baseOf(definition);
    for (const object of this.#registry.list(base)) await this.#removeInstance(base, object);
    const isEmpty = this.#registry.list(base).length === 0;
    const now = timestamp(this.#registry.clock);
    const conditions = withCondition(definition.status?.conditions ?? [], isEmpty ? emptied : emptying, now);
    await this.#updateStatus(definition, { ...definition.status, conditions });
    if (!isEmpty) return;
    const others = finalizers.filter((one) => one !== finalizer);
    const change = (current: KubeObject): KubeObject => ({
      ...current,
      metadata: { ...current.metadata, finalizers: others },
    });
    await this.#registry.update(resource, keyOf(definition), change, { ...write, part: "verbatim" });
  }

  async #removeInstance(base: ResourceDefinition, object: KubeObject): Promise<void> {
    if (object.metadata.deletionTimestamp) return;
    try {
      await deleteObject(this.#registry, { resource: base, key: keyOf(object) }, {}, write);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #updateStatus(
    definition: CustomResourceDefinition,
    status: CustomResourceDefinition["status"],
  ): Promise<CustomResourceDefinition> {
    const change = (current: KubeObject): KubeObject => ({ ...current, status }) as KubeObject;
    const options: UpdateOptions = { ...write, part: "status", subresource: "status" };
    return (await this.#registry.update(resource, keyOf(definition), change, options)) as CustomResourceDefinition;
  }
}

const emptying = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionInProgress",
  message: "CustomResource deletion is in progress",
};
const emptied = {
  type: "Terminating",
  status: "False",
  reason: "InstanceDeletionCompleted",
  message: "removed all instances",
};

/** Whether two states of a definition serve the same. */
function isSame(before: CustomResourceDefinition, definition: CustomResourceDefinition): boolean {
  return (
    sameTree(before.spec, definition.spec) && sameTree(before.status?.acceptedNames, definition.status?.acceptedNames)
  );
}
