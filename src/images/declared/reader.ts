/** Reads the fields of a map in a file that people write. `where` leads the message of what is wrong. */
export interface Reader {
  readonly where: string;
  text(name: string): string | undefined;
  texts(name: string): readonly string[] | undefined;
  /** Text by name; numbers and booleans are taken as written. */
  textMap(name: string): Readonly<Record<string, string>> | undefined;
  integer(name: string, range: { readonly from: number; readonly to: number }): number | undefined;
  /** Milliseconds of `500ms`, `5s`, `2m`, `1h` or a number of seconds. */
  duration(name: string): number | undefined;
  /** What is there, as it is. */
  raw(name: string): unknown;
  fail(name: string, problem: string): never;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws an Error unless `value` is a map of no other fields than these. */
export function readerOf(value: unknown, where: string, fields: readonly string[]): Reader {
  if (!isMap(value)) throw new Error(`${where}: must be a map of fields, not ${kindOf(value)}`);
  const unknown = Object.keys(value).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new Error(`${where}: unknown field "${unknown}" (there are ${fields.join(", ")})`);
  const fail = (name: string, problem: string): never => {
    throw new Error(`${where}: ${name} ${problem}`);
  };
  return {
    where,
    raw: (name) => value[name],
    fail,
    text: (name) =>
      optional(value[name], (given) => scalarText(given) ?? fail(name, `must be text, not ${kindOf(given)}`)),
    texts: (name) =>
      optional(value[name], (given) => textsOf(given) ?? fail(name, `must be a list of texts, not ${kindOf(given)}`)),
    textMap: (name) =>
      optional(value[name], (given) => textMapOf(given) ?? fail(name, `must be a map of texts, not ${kindOf(given)}`)),
    integer: (name, range) =>
      optional(value[name], (given) => {
        const isRight =
          typeof given === "number" && Number.isInteger(given) && given >= range.from && given <= range.to;
        return isRight ? given : fail(name, `must be a whole number from ${range.from} to ${range.to}`);
      }),
    duration: (name) =>
      optional(
        value[name],
        (given) => durationOf(given) ?? fail(name, `must be a duration such as 500ms, 5s, 2m or a number of seconds`),
      ),
  };
}

function optional<T>(given: unknown, read: (given: unknown) => T): T | undefined {
  return given === undefined || given === null ? undefined : read(given);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `the ${typeof value} ${JSON.stringify(value)}`;
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function textsOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const texts = list.map((one) => scalarText(one));
  return texts.includes(undefined) ? undefined : (texts as readonly string[]);
}

function textMapOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isMap(value)) return undefined;
  const entries = Object.entries(value).map(([name, one]) => [name, scalarText(one)] as const);
  const isWhole = entries.every((entry): entry is readonly [string, string] => entry[1] !== undefined);
  return isWhole ? Object.fromEntries(entries) : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function durationOf(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 ? value * 1000 : undefined;
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/u.exec(String(value)) ?? [];
  return amount === "" ? undefined : Number(amount) * (units[unit] ?? 0);
}
