import type { KubeObject } from "../../api/object.ts";
import { ApiError, badRequest, expired } from "../../api/status.ts";
import { apiVersionOf, bucketOf } from "../../resources/definition.ts";
import { CompactedError, type StoreEvent } from "../../storage/store-event.ts";
import { type Call, representOptions } from "../call.ts";
import { PushStream } from "../push-stream.ts";
import { represent, type RepresentOptions } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { isTrue } from "../route.ts";
import { selectionOf } from "../selection.ts";

const bookmarkEveryMs = 60_000;
const shortestDefaultTimeoutMs = 1_800_000;

/**
 * A stream of changes: `{"type":"ADDED","object":…}`, a line each.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function watchVerb(call: Call): ApiResponse {
  const stop: (() => void)[] = [];
  const stream = new PushStream<string>(() => {
    for (const one of stop) one();
  });
  const watch = new Watch(call, stream);
  stop.push(watch.start(), ...watch.startTimers(), endWithResource(call, stream));
  const hangUp = (): void => stream.end();
  call.request.signal.addEventListener("abort", hangUp, { once: true });
  return { status: 200, headers: { "content-type": "application/json" }, body: stream };
}

/** A custom resource that goes, or whose definition changes, ends the watches on it: clients look again. */
function endWithResource({ registry, route }: Call, stream: PushStream<string>): () => void {
  return registry.catalogue.onChange((_, previous) => {
    if (previous === route.resource) stream.end();
  });
}

class Watch {
  readonly #call: Call;
  readonly #stream: PushStream<string>;
  readonly #matches: (object: KubeObject) => boolean;
  #options: RepresentOptions;
  readonly #bookmarks: boolean;

  constructor(call: Call, stream: PushStream<string>) {
    this.#call = call;
    this.#stream = stream;
    this.#matches = selectionOf(call.request.query, call.route);
    this.#options = representOptions(call);
    this.#bookmarks = isTrue(call.request.query.get("allowWatchBookmarks"));
  }

  start(): () => void {
    const { request, route, registry } = this.#call;
    const { query } = request;
    const { store } = registry;
    const asked = revisionAsked(query.get("resourceVersion"));
    const initial = isTrue(query.get("sendInitialEvents") ?? "false");
    checkInitialEvents(query, initial);
    const fromNow = asked === 0 || initial;
    if (fromNow) this.#sendAll(route.namespace);
    if (initial && this.#bookmarks) this.#bookmark({ "k8s.io/initial-events-end": "true" });
    if (asked > store.revision) return this.#waitForFuture(asked);
    const after = fromNow ? store.revision : asked;
    try {
      return store.watch(
        bucketOf(route.resource),
        { after, ...(route.namespace ? { namespace: route.namespace } : {}) },
        (event) => this.#take(event),
      );
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#fail(expired(`too old resource version: ${asked} (${store.revision})`));
      return () => {};
    }
  }

  startTimers(): (() => void)[] {
    const { registry, request } = this.#call;
    const { clock, random } = registry;
    const seconds = Number(request.query.get("timeoutSeconds") ?? 0);
    const timeoutMs = seconds > 0 ? seconds * 1000 : shortestDefaultTimeoutMs * (1 + random.next());
    const stopTimeout = clock.after(timeoutMs, () => {
      if (this.#bookmarks) this.#bookmark();
      this.#stream.end();
    });
    return this.#bookmarks ? [stopTimeout, this.#bookmarkRegularly()] : [stopTimeout];
  }

  #bookmarkRegularly(): () => void {
    const { clock } = this.#call.registry;
    let cancel = (): void => {};
    const next = (): void => {
      cancel = clock.after(bookmarkEveryMs, () => {
        this.#bookmark();
        next();
      });
    };
    next();
    return () => cancel();
  }

  /** A revision that does not exist yet: the client is ahead of us, which only a restarted server sees. */
  #waitForFuture(asked: number): () => void {
    const { revision } = this.#call.registry.store;
    const cause = { reason: "ResourceVersionTooLarge", message: "Too large resource version" };
    const message = `Too large resource version: ${asked}, current: ${revision}`;
    this.#fail(new ApiError(504, "Timeout", message, { causes: [cause], retryAfterSeconds: 1 }));
    return () => {};
  }

  #sendAll(namespace: string): void {
    const { registry, route } = this.#call;
    for (const object of registry.list(route.resource, namespace || undefined)) {
      if (this.#matches(object)) this.#send("ADDED", object);
    }
  }

  /** An object that comes into the selection is ADDED, one that leaves it DELETED. */
  #take({ type, object, previous }: StoreEvent): void {
    const { registry, route } = this.#call;
    const current = registry.fromStored(route.resource, object);
    const before = previous && registry.fromStored(route.resource, previous);
    const was = before !== undefined && this.#matches(before);
    const is = type !== "DELETED" && this.#matches(current);
    if (was && is) this.#send("MODIFIED", current);
    else if (is) this.#send("ADDED", current);
    else if (was) this.#send("DELETED", type === "DELETED" ? current : atRevision(before, current));
  }

  #send(type: string, object: KubeObject): void {
    this.#options = { ...this.#options, now: this.#call.registry.clock.now() };
    this.#stream.push(`{"type":"${type}","object":${represent(object, this.#options)}}\n`);
    if (this.#options.wanted.as === "table") this.#options = { ...this.#options, withColumns: false };
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): void {
    const { registry, route } = this.#call;
    const metadata = { name: "", resourceVersion: String(registry.store.revision), ...(annotations ? { annotations } : {}) };
    this.#send("BOOKMARK", { kind: route.resource.kind, apiVersion: apiVersionOf(route.resource), metadata });
  }

  #fail(error: ApiError): void {
    const status = { kind: "Status", apiVersion: "v1", metadata: {}, ...error.status };
    this.#stream.push(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
    this.#stream.end();
  }
}

function revisionAsked(value: string | null): number {
  if (!value) return 0;
  const revision = Number(value);
  if (Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw badRequest(`Invalid value: ${JSON.stringify(value)}: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`);
}

function checkInitialEvents(query: URLSearchParams, initial: boolean): void {
  const match = query.get("resourceVersionMatch");
  if (!initial && !match) return;
  if (initial && match !== "NotOlderThan") {
    throw badRequest(
      `resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`,
    );
  }
  if (!query.has("sendInitialEvents")) {
    throw badRequest("resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }
}

/** What a watcher last knew of an object, at the revision at which it left the selection. */
function atRevision(object: KubeObject, { metadata }: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion ?? "" } };
}
