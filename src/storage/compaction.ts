import type { Clock } from "../sim/clock.ts";
import type { Store } from "./store.ts";

const everyMs = 300_000;

/**
 * Forgets changes that are older than five minutes, up to ten: whoever continues a list or a watch from before starts
 * again. The returned function stops. https://etcd.io/docs/latest/op-guide/maintenance/#history-compaction-v3-api-key-value-database
 */
export function compactRegularly(store: Store, clock: Clock): () => void {
  let cancel = (): void => {};
  const next = (revision: number): void => {
    cancel = clock.after(everyMs, () => {
      store.compact(revision);
      next(store.revision);
    });
  };
  next(store.revision);
  return () => cancel();
}
