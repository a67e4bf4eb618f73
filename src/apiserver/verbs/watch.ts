import type { KubeObject } from "../../api/object.ts";
import { ApiError, expired, unknownError } from "../../api/status.ts";
import { apiVersionOf, bucketOf } from "../../resources/definition.ts";
import { CompactedError, type StoreEvent } from "../../storage/store-event.ts";
import { type Call, representOptions } from "../call.ts";
import { checkWatchOptions, integerOf, revisionOf, tooLargeRevision } from "../list-options.ts";
import { PushStream } from "../push-stream.ts";
import { isSet } from "../query-flag.ts";
import { mediaTypeOf, represent, type RepresentOptions } from "../representation.ts";
import type { ApiResponse } from "../request.ts";
import { selectionOf } from "../selection.ts";
import { messageTypeOf, protobufEvent, protobufEventOf, protobufStatus } from "../serialize-protobuf.ts";
import { serializeEvent } from "../serialize.ts";
import { NotConverted } from "../served-forms.ts";

const bookmarkEveryMs = 60_000;
const shortestDefaultTimeoutMs = 1_800_000;
const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/**
 * A stream of changes: `{"type":"ADDED","object":…}`, a line each.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function watchVerb(call: Call): ApiResponse {
  checkWatchOptions(call.request.query);
  const stops: (() => void)[] = [];
  const stream = new PushStream<string | Uint8Array>(() => {
    for (const stop of stops) stop();
  });
  const watch = new Watch(call, stream);
  stops.push(watch.start(), ...watch.startTimers(), endWithResource(call, stream));
  const hangUp = (): void => stream.end();
  call.request.signal.addEventListener("abort", hangUp, { once: true });
  return { status: 200, headers: { "content-type": watch.contentType }, body: stream };
}

/** A custom resource that goes, or whose definition changes, ends the watches on it: clients look again. */
function endWithResource({ registry, route }: Call, stream: PushStream<string | Uint8Array>): () => void {
  return registry.catalogue.onChange((_, previous) => {
    if (previous === route.resource) stream.end();
  });
}

class Watch {
  readonly #call: Call;
  readonly #stream: PushStream<string | Uint8Array>;
  readonly #matches: ((object: KubeObject) => boolean) | undefined;
  readonly #bookmarks: boolean;
  #options: RepresentOptions;
  /** Events that are still to be told, mostly none. */
  readonly #waiting: StoreEvent[] = [];

  constructor(call: Call, stream: PushStream<string | Uint8Array>) {
    this.#call = call;
    this.#stream = stream;
    this.#matches = selectionOf(call.request.query, call.route);
    this.#options = representOptions(call);
    const { wanted, resource } = this.#options;
    if (wanted.as === "object" && wanted.encoding === "protobuf") messageTypeOf(resource);
    this.#bookmarks = isSet(call.request.query, "allowWatchBookmarks");
  }

  get contentType(): string {
    const { wanted } = this.#options;
    return wanted.encoding === "protobuf" ? `${mediaTypeOf(wanted)};stream=watch` : mediaTypeOf(wanted);
  }

  /** A revision to come is waited for: what is older than it is not told. Throws ApiError. */
  start(): () => void {
    const { request, route, registry } = this.#call;
    const { store } = registry;
    const asked = revisionOf(request.query);
    const choosesInitial = request.query.has("sendInitialEvents");
    const sendsInitial = isSet(request.query, "sendInitialEvents");
    if (choosesInitial && asked > store.revision) throw tooLargeRevision(asked, store.revision);
    const fromNow = sendsInitial || asked === 0;
    if (choosesInitial ? sendsInitial : fromNow) this.#sendAll(route.namespace);
    if (sendsInitial && this.#bookmarks) this.#bookmark(initialEventsEnd);
    const after = fromNow ? store.revision : asked;
    try {
      return store.watch(
        bucketOf(route.resource),
        { after, ...(route.namespace ? { namespace: route.namespace } : {}) },
        (event) => {
          if (event.revision > after) this.#queue(event);
        },
      );
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#fail(expired(`too old resource version: ${asked} (${error.oldest})`));
      return () => {};
    }
  }

  startTimers(): (() => void)[] {
    const { registry, request } = this.#call;
    const { clock, random } = registry;
    const seconds = integerOf(request.query, "timeoutSeconds");
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

  #sendAll(namespace: string): void {
    const { registry, route } = this.#call;
    for (const object of registry.list(route.resource, namespace || undefined)) {
      if (!this.#matches || this.#matches(object)) this.#send("ADDED", object);
    }
  }

  /** What a webhook must convert first holds up all that comes after it. */
  #queue(event: StoreEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) this.#takeAll();
  }

  #takeAll(): void {
    try {
      for (let event = this.#waiting[0]; event; event = this.#waiting[0]) {
        this.#take(event);
        this.#waiting.shift();
      }
    } catch (error) {
      if (!(error instanceof NotConverted)) throw error;
      error.convert().then(
        () => this.#takeAll(),
        (failure: unknown) => this.#fail(failure instanceof ApiError ? failure : unknownError(String(failure))),
      );
    }
  }

  /** An object that comes into the selection is ADDED, one that leaves it DELETED. */
  #take({ type, object, previous }: StoreEvent): void {
    const { registry, route } = this.#call;
    const matches = this.#matches;
    const current = registry.fromStored(route.resource, object);
    if (!matches) {
      this.#send(type, current);
      return;
    }
    const before = previous && registry.fromStored(route.resource, previous);
    const was = before !== undefined && matches(before);
    const is = type !== "DELETED" && matches(current);
    if (was && is) this.#send("MODIFIED", current);
    else if (is) this.#send("ADDED", current);
    else if (was) this.#send("DELETED", type === "DELETED" ? current : atRevision(before, current));
  }

  #send(type: string, object: KubeObject): void {
    const { wanted, resource } = this.#options;
    const isProtobuf = wanted.encoding === "protobuf";
    if (wanted.as === "object") {
      this.#stream.push(isProtobuf ? protobufEventOf(type, object, resource) : serializeEvent(type, object));
      return;
    }
    const options = { ...this.#options, now: this.#call.registry.clock.now() };
    const represented = represent(object, options);
    this.#stream.push(
      typeof represented === "string"
        ? `{"type":"${type}","object":${represented}}\n`
        : protobufEvent(type, represented),
    );
    if (options.withColumns) this.#options = { ...options, withColumns: false };
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): void {
    if (this.#waiting.length > 0) return;
    const { registry, route } = this.#call;
    const { kind } = route.resource;
    const resourceVersion = String(registry.store.revision);
    const metadata = { resourceVersion, creationTimestamp: null, ...(annotations ? { annotations } : {}) };
    const object = { kind, apiVersion: apiVersionOf(route.resource), metadata };
    this.#send("BOOKMARK", object as unknown as KubeObject);
  }

  #fail(error: ApiError): void {
    const status = { kind: "Status", apiVersion: "v1", metadata: {}, ...error.status };
    this.#stream.push(
      this.#options.wanted.encoding === "protobuf"
        ? protobufEvent("ERROR", protobufStatus(error.status))
        : `{"type":"ERROR","object":${JSON.stringify(status)}}\n`,
    );
    this.#stream.end();
  }
}

/** What a watcher last knew of an object, at the revision at which it left the selection. */
function atRevision(object: KubeObject, { metadata }: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion ?? "" } };
}
