import { goJson } from "./go-json.ts";
import { goText } from "./go-syntax.ts";

type TemplateFunction = (...values: readonly unknown[]) => unknown;

/** The functions a template may call. They throw RangeError with Go's words. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (...values) => values.find((value) => isTrue(value)) ?? values.at(-1),
  not: (value) => !isTrue(value),
  eq: (first, ...others) => others.some((other) => first === other),
  ne: (a, b) => a !== b,
  lt: (a, b) => (a as number) < (b as number),
  le: (a, b) => (a as number) <= (b as number),
  gt: (a, b) => (a as number) > (b as number),
  ge: (a, b) => (a as number) >= (b as number),
  len: (value) => sizeOf(value),
  index: (value, ...keys) => keys.reduce<unknown>((inner, key) => elementOf(inner, key), value),
  slice: (value, from, to) =>
    (value as string | unknown[]).slice(Number(from ?? 0), to === undefined ? undefined : Number(to)),
  print: (...values) => values.map((value) => goText(value)).join(""),
  println: (...values) => `${values.map((value) => goText(value)).join(" ")}\n`,
  printf: (format, ...values) => printf(String(format), values),
  html: (value) => goText(value).replaceAll(/[&<>"']/gu, (letter) => `&#${letter.charCodeAt(0)};`),
  js: (value) => goJson(goText(value)).slice(1, -1),
  urlquery: (value) => encodeURIComponent(goText(value)).replaceAll("%20", "+"),
  base64decode: (value) => Buffer.from(goText(value), "base64").toString(),
  exists: (value, ...keys) => keys.reduce<unknown>((inner, key) => propertyOf(inner, key), value) !== undefined,
};

/** As Go's `if` sees it: not empty. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value !== "object" || value === null) throw new RangeError("len of nil pointer");
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function elementOf(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) throw new RangeError("index of untyped nil");
  if (Array.isArray(value) && (typeof key !== "number" || key < 0 || key >= value.length)) {
    throw new RangeError(
      typeof key === "number" ? `index out of range: ${key}` : `cannot index slice/array with type ${typeof key}`,
    );
  }
  return propertyOf(value, key);
}

function propertyOf(value: unknown, key: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, String(key))) return undefined;
  return (value as Record<string, unknown>)[String(key)];
}

function printf(format: string, values: readonly unknown[]): string {
  let at = 0;
  const text = format.replaceAll(
    /%([-+0 #]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/gu,
    (_, ...found: (string | undefined)[]) => {
      const [flags = "", width = "0", precision, verb = ""] = found;
      if (verb === "%") return "%";
      if (at >= values.length) return `%!${verb}(MISSING)`;
      const shown = formatted(verb, values[at++], precision);
      if (flags.includes("-")) return shown.padEnd(Number(width));
      return shown.padStart(Number(width), flags.includes("0") ? "0" : " ");
    },
  );
  const extra = values.slice(at).map((value) => `${typeof value}=${goText(value)}`);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatted(verb: string, value: unknown, precision: string | undefined): string {
  switch (verb) {
    case "q":
      return JSON.stringify(goText(value));
    case "f":
      return Number(value).toFixed(Number(precision ?? 6));
    case "x":
      return typeof value === "number" ? value.toString(16) : Buffer.from(goText(value)).toString("hex");
    case "s":
      return precision === undefined ? goText(value) : goText(value).slice(0, Number(precision));
    default:
      return goText(value);
  }
}
