import type { Environment } from "@marcbachmann/cel-js";

/** `"%s is %d".format([…])`. https://pkg.go.dev/github.com/google/cel-go/ext#Strings */
export function registerFormat(environment: Environment): void {
  environment.registerFunction("string.format(list): string", (text: string, values: readonly unknown[]) => {
    let next = 0;
    return text.replaceAll(/%(?:\.(\d+))?([sdfebxXo%])/gu, (_, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (next >= values.length) throw new RangeError(`index ${next} out of range`);
      return formatted(verb, values[next++], precision === undefined ? 6 : Number(precision));
    });
  });
}

function formatted(verb: string, value: unknown, precision: number): string {
  switch (verb) {
    case "d":
      return textOf(value);
    case "f":
      return Number(value).toFixed(precision);
    case "e":
      return Number(value).toExponential(precision);
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : (value as bigint).toString(2);
    case "o":
      return (value as bigint).toString(8);
    case "x":
    case "X": {
      const digits = typeof value === "string" ? Buffer.from(value).toString("hex") : (value as bigint).toString(16);
      return verb === "X" ? digits.toUpperCase() : digits;
    }
    default:
      return textOf(value);
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item)).join(", ")}]`;
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}:${textOf(item)}`);
  return `{${entries.toSorted().join(", ")}}`;
}
