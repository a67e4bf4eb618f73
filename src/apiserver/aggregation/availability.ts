import { decodeText } from "../../api/bytes.ts";
import { type KubeObject, sameTree } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import type { EndpointSlice, Service, ServiceReference } from "../../api/types.gen.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import { type ApiService, type ApiServiceCondition, apiServices } from "../../resources/apiregistration/api-service.ts";
import { services } from "../../resources/core/service.ts";
import { bucketOf, type ResourceDefinition } from "../../resources/definition.ts";
import { endpointSlices } from "../../resources/discovery/endpoint-slice.ts";
import { timestamp } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { UpdateOptions } from "../registry.ts";
import { CallError } from "../webhook/call-error.ts";
import { within } from "../webhook/within.ts";
import { type Availability, failed, passed, serviceProblem } from "./availability-checks.ts";
import { type RemoteParts, remoteRequest, userHeaders, wholeBody } from "./remote-request.ts";

export interface AvailabilityOptions extends RemoteParts {
  readonly log: Log;
  /** What a server's discovery says of a version; none: it did not answer. */
  onDiscovery(apiService: string, discovery: string | undefined): Promise<void> | void;
}

const [apiServiceKind, serviceKind, sliceKind] = [apiServices, services, endpointSlices] as unknown as readonly [
  ResourceDefinition,
  ResourceDefinition,
  ResourceDefinition,
];
const serviceLabel = "kubernetes.io/service-name";
const checkTimeoutMs = 5000;
const recheckMs = 30_000;
const firstRetryMs = 5;
const write: UpdateOptions = {
  user: { name: "system:apiserver", groups: ["system:masters"] },
  manager: "kube-apiserver",
  part: "status",
  subresource: "status",
};
const checker = { name: "system:kube-aggregator", groups: ["system:masters"] };

/**
 * Keeps the Available condition of APIServices that others serve: looks when anything of them changes, and asks their
 * servers every 30 s whether they are still there. The returned function stops.
 */
export function followAvailability(options: AvailabilityOptions): () => void {
  const { registry, log } = options;
  const failures = new Map<string, number>();
  const queue: WorkQueue = new WorkQueue({
    clock: registry.clock,
    async handle(name) {
      const isRemote = await check(name, options);
      if (isRemote === undefined) {
        failures.delete(name);
        return;
      }
      const before = isRemote ? 0 : (failures.get(name) ?? 0) + 1;
      failures.set(name, before);
      queue.addAfter(name, Math.min(recheckMs, isRemote ? recheckMs : firstRetryMs * 2 ** before));
    },
    onError: (name, error) => log.write("error", `API service ${name}: ${describeError(error)}`),
  });
  const { store } = registry;
  const follow = (resource: ResourceDefinition, take: (object: KubeObject) => void): (() => void) =>
    store.watch(bucketOf(resource), { after: store.revision }, ({ object }) => take(object));
  const wake = (namespace: string | undefined, service: string | undefined): void => {
    for (const { metadata, spec } of remoteServices(options)) {
      if (spec.service?.name === service && spec.service?.namespace === namespace) queue.add(metadata.name);
    }
  };
  const stops = [
    follow(apiServiceKind, ({ metadata }) => queue.add(metadata.name)),
    follow(serviceKind, ({ metadata }) => wake(metadata.namespace, metadata.name)),
    follow(sliceKind, ({ metadata }) => wake(metadata.namespace, metadata.labels?.[serviceLabel])),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

/** Those that are not this server's own. */
export function remoteServices({ registry }: Pick<RemoteParts, "registry">): readonly ApiService[] {
  return (registry.store.list(bucketOf(apiServiceKind)) as readonly ApiService[]).filter(({ spec }) => spec.service);
}

/** Whether all is well; undefined: there is nothing to look after. */
async function check(name: string, options: AvailabilityOptions): Promise<boolean | undefined> {
  const { registry, onDiscovery } = options;
  const apiService = registry.find(apiServiceKind, { namespace: "", name }) as ApiService | undefined;
  if (!apiService?.spec.service) {
    await onDiscovery(name, undefined);
    return undefined;
  }
  const { name: service = "", namespace = "" } = apiService.spec.service;
  const found = registry.find(serviceKind, { namespace, name: service }) as Service | undefined;
  const slices = (registry.list(sliceKind, namespace) as readonly EndpointSlice[]).filter(
    ({ metadata }) => metadata.labels?.[serviceLabel] === service,
  );
  const problem = serviceProblem(apiService, found, slices);
  const { availability, discovery } = problem
    ? { availability: problem, discovery: undefined }
    : await ask(apiService, found, options);
  await onDiscovery(name, discovery);
  await tell(name, availability, options);
  return availability.status === "True" || problem !== undefined;
}

interface Answer {
  readonly availability: Availability;
  readonly discovery?: string;
}

/** Whoever it is: what a liar says of itself does little harm. */
async function ask({ spec }: ApiService, service: Service | undefined, options: AvailabilityOptions): Promise<Answer> {
  const { group = "", version = "" } = spec;
  const path = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const url = `https://${service?.spec.clusterIP ?? ""}:${spec.service?.port ?? 443}${path}`;
  const headers = { accept: "application/json", ...userHeaders(checker) };
  const target = { service: referenceOf({ spec }), authorities: "", insecure: true };
  try {
    const answer = await within(options.registry.clock, checkTimeoutMs, async (signal) => {
      const request = { method: "GET", url: path, headers, body: new Uint8Array() };
      const response = await remoteRequest(options, target, request, signal);
      return { status: response.status, body: await wholeBody(response) };
    });
    const { status, body } = answer;
    if (status < 200 || status >= 300) return { availability: missing(url, `bad status from ${url}: ${status}`) };
    return { availability: passed, discovery: typeof body === "string" ? body : decodeText(body) };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { availability: missing(url, `Get "${url}": ${error.message}`) };
  }
}

function missing(url: string, why: string): Availability {
  return failed("FailedDiscoveryCheck", `failing or missing response from ${url}: ${why}`);
}

export function referenceOf({ spec }: Pick<ApiService, "spec">): ServiceReference {
  const { name = "", namespace = "", port = 443 } = spec.service ?? {};
  return { name, namespace, port };
}

async function tell(name: string, availability: Availability, { registry }: AvailabilityOptions): Promise<void> {
  const now = timestamp(registry.clock);
  const change = (current: KubeObject): KubeObject => {
    const { status = {} } = current as ApiService;
    const conditions = withAvailability(status.conditions ?? [], availability, now);
    return sameTree(conditions, status.conditions)
      ? current
      : ({ ...current, status: { ...status, conditions } } as KubeObject);
  };
  await registry.update(apiServiceKind, { namespace: "", name }, change, write).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

function withAvailability(
  conditions: readonly ApiServiceCondition[],
  availability: Availability,
  now: string,
): readonly ApiServiceCondition[] {
  const before = conditions.find(({ type }) => type === "Available");
  const since = before?.status === availability.status ? (before.lastTransitionTime ?? now) : now;
  const condition = { type: "Available", lastTransitionTime: since, ...availability };
  if (!before) return [...conditions, condition];
  return conditions.map((one) => (one === before ? condition : one));
}
