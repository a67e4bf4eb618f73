const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A short name for what a pod template, or a revision with one, says (FNV-1a over its JSON, in generated names' alphabet). */
export function templateHash(template: object, collisions = 0): string {
  const text = stableJson(template) + (collisions > 0 ? String(collisions) : "");
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ (text.codePointAt(at) ?? 0), 0x01000193) >>> 0;
  }
  return Array.from(String(hash), (digit) => alphabet[(digit.codePointAt(0) ?? 0) % alphabet.length]).join("");
}

/** JSON with keys in order, so that the order of writing does not matter. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
