import type { KubeObject } from "../api/object.ts";
import type { Resource } from "./discovery.ts";
import { exit } from "./kubectl-error.ts";
import { type ObjectList, pathOf } from "./rest.ts";
import type { Call } from "./verb.ts";

/** One object that may or may not be there. */
export interface Watched {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

type Judge = (object: KubeObject | undefined) => boolean | Promise<boolean>;

/**
 * Watches one object until `isDone` says so of what it has become (undefined: it is not there). Resolves with false when
 * the time is over first; without one it waits for as long as it takes. Ctrl-C ends the command with 130.
 */
export async function watchUntil(
  { resource, namespace, name }: Watched,
  call: Call,
  { timeoutMs, isDone }: { timeoutMs?: number | undefined; isDone: Judge },
): Promise<boolean> {
  const over = new AbortController();
  const stopTimer = timeoutMs === undefined ? undefined : call.clock.after(timeoutMs, () => over.abort());
  const signal = AbortSignal.any([over.signal, call.io.interrupt]);
  const path = pathOf(resource, namespace);
  const query = { fieldSelector: `metadata.name=${name}` };
  const typeMeta = {
    apiVersion: resource.group ? `${resource.group}/${resource.version}` : resource.version,
    kind: resource.kind,
  };
  try {
    for (;;) {
      const list = await call.rest.json<ObjectList>("GET", path, { query });
      const [item] = list.items;
      if (await isDone(item && { ...typeMeta, ...item })) return true;
      if (signal.aborted) break;
      const events = call.rest.watch<{ type: string; object: KubeObject }>(path, {
        query: { ...query, resourceVersion: list.metadata.resourceVersion },
        signal,
      });
      if (await anyEvent(events, isDone)) return true;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stopTimer?.();
  }
  if (call.io.interrupt.aborted) throw exit(130);
  return false;
}

/** Whether one of them is what is waited for, before the server ends the watch. */
async function anyEvent(events: AsyncIterable<{ type: string; object: KubeObject }>, isDone: Judge): Promise<boolean> {
  for await (const { type, object } of events) {
    if (type === "ERROR") return false;
    if (type !== "BOOKMARK" && (await isDone(type === "DELETED" ? undefined : object))) return true;
  }
  return false;
}
