import type { Taint, Toleration } from "./types.gen.ts";

/** Whether one of the tolerations covers a taint. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some((toleration) => covers(toleration, taint));
}

/** One without a key covers every key, without an effect every effect. */
export function covers({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === "Exists" || (value ?? "") === (taint.value ?? "");
}
