import type { Pod } from "../api/types.gen.ts";

/** `debugger-` and five letters that the pod has not used yet; the same for the same pod. */
export function freeName({ metadata, spec }: Pod): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  const taken = new Set([...spec.containers, ...(spec.ephemeralContainers ?? [])].map(({ name }) => name));
  for (let turn = 0; ; turn++) {
    let hash = 5381 + turn;
    for (const letter of `${metadata.uid ?? metadata.name}/${turn}`)
      hash = (Math.imul(hash, 33) + letter.charCodeAt(0)) >>> 0;
    let suffix = "";
    for (let rest = hash; suffix.length < 5; rest = Math.imul(rest, 2_654_435_761) >>> 0)
      suffix += letters.charAt(rest % letters.length);
    if (!taken.has(`debugger-${suffix}`)) return `debugger-${suffix}`;
  }
}
