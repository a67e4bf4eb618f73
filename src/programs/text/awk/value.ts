import { formatNumber } from "../../format.ts";

/** What a variable holds: a number, a string, or text from outside that may look like a number. */
export type Value = number | string | Input;

/** Text that was read: it is a number where it looks like one, which the comparison operators care about. */
export class Input {
  readonly text: string;
  /** Undefined: it doesn't look like a number. */
  readonly number: number | undefined;

  constructor(text: string, number: number | undefined = numberLike(text)) {
    this.text = text;
    this.number = number;
  }
}

/** Of a variable that was never assigned: "" and 0 at once. */
export const unset = new Input("", 0);

function numberLike(text: string): number | undefined {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$/u.exec(text);
  return match ? Number(match[1]) : undefined;
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  const text = typeof value === "string" ? value : value.text;
  if (typeof value !== "string" && value.number !== undefined) return value.number;
  const leading = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/u.exec(text)?.[1];
  return leading === undefined ? 0 : Number(leading);
}

/** Whole numbers are written as such, others by `format` (CONVFMT or OFMT). */
export function toText(value: Value, format: string): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return value.text;
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value + 0);
  if (Number.isInteger(value)) return formatNumber({ flags: "", width: 0, precision: undefined, letter: "d" }, value);
  const [, flags = "", width = "", precision, letter = "g"] =
    /^%([-+ 0#]*)(\d*)(?:\.(\d*))?([a-zA-Z])/u.exec(format) ?? [];
  return formatNumber(
    { flags, width: Number(width), precision: precision === undefined ? undefined : Number(precision), letter },
    value,
  );
}

export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  return value.number === undefined ? value.text !== "" : value.number !== 0;
}

/** As numbers when both are or look like ones, otherwise as strings. */
export function compareValues(left: Value, right: Value, format: string): number {
  const a = numeric(left);
  const b = numeric(right);
  if (a !== undefined && b !== undefined) return a - b;
  const first = toText(left, format);
  const second = toText(right, format);
  return first < second ? -1 : Number(first > second);
}

function numeric(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? undefined : value.number;
}
