const escaped: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** JSON as Go writes a struct: keys as they are, `<`, `>` and `&` escaped. */
export function goJson(value: unknown, indent = ""): string {
  return write(value, { indent, sorted: false, at: "\n" });
}

/** JSON as Go writes a map: keys in order, at every depth. */
export function sortedJson(value: unknown, indent = ""): string {
  return write(value, { indent, sorted: true, at: "\n" });
}

/** Compares as Go compares strings. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Style {
  readonly indent: string;
  readonly sorted: boolean;
  /** The line break and margin of what is being written. */
  readonly at: string;
}

function write(value: unknown, style: Style): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = { ...style, at: style.at + style.indent };
  if (Array.isArray(value))
    return enclose(
      "[]",
      value.map((item) => write(item, inner)),
      style,
    );
  const keys = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
  const colon = style.indent === "" ? ":" : ": ";
  const pairs = (style.sorted ? keys.toSorted(byBytes) : keys).map(
    (key) => `${quote(key)}${colon}${write((value as Record<string, unknown>)[key], inner)}`,
  );
  return enclose("{}", pairs, style);
}

function enclose(brackets: string, parts: readonly string[], { indent, at }: Style): string {
  if (parts.length === 0) return brackets;
  if (indent === "") return `${brackets.charAt(0)}${parts.join(",")}${brackets.charAt(1)}`;
  return `${brackets.charAt(0)}${at}${indent}${parts.join(`,${at}${indent}`)}${at}${brackets.charAt(1)}`;
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/gu, (letter) => escaped[letter] ?? letter);
}
