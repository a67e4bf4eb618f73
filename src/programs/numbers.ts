import { Failure, Misuse } from "./failure.ts";
import type { Flavoured } from "./flavour.ts";

const multipliers: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  kD: 1000,
  k: 1024,
  K: 1024,
  kB: 1024,
  KB: 1000,
  KiB: 1024,
  MD: 1e6,
  M: 1024 ** 2,
  MB: 1e6,
  MiB: 1024 ** 2,
  GD: 1e9,
  G: 1024 ** 3,
  GB: 1e9,
  GiB: 1024 ** 3,
  T: 1024 ** 4,
};

/** A whole number with a size's suffix (`10k`, `1M`): how head, dd, truncate and split write it; GNU's say what it is. */
export function sizeOf(text: string, what?: string): number {
  const [, digits = "", suffix = ""] = /^(\d+)([a-zA-Z]*)$/u.exec(text) ?? [];
  const multiplier = multipliers[suffix];
  if (digits === "" || multiplier === undefined) {
    throw new Failure(what === undefined ? invalid(text) : invalid(text, `${what}: '${text}'`));
  }
  return Number(digits) * multiplier;
}

function invalid(text: string, gnu?: string): Flavoured<string> {
  const busybox = `invalid number '${text}'`;
  return { busybox, gnu: gnu ?? busybox };
}

/** A whole number, 0 or more. */
export function countOf(text: string, gnu?: string): number {
  if (!/^\d+$/u.test(text)) throw new Failure(invalid(text, gnu));
  return Number(text);
}

/** Columns that one field or tab may fill. */
const widest = 1_000_000;

/** A width: what it makes is held in memory. */
export function widthOf(text: string): number {
  const width = countOf(text);
  if (width > widest) throw new Failure("out of memory");
  return width;
}

export function integerOf(text: string): number {
  if (!/^[-+]?\d+$/u.test(text)) throw new Failure(`invalid number '${text}'`);
  return Number(text);
}

const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Milliseconds of `1.5`, `2m`, `1h`, `infinity`: how sleep and timeout write it. */
export function durationMs(text: string, exitCode: Flavoured<number> = 1): number {
  if (/^inf(?:inity)?$/iu.test(text)) return Number.POSITIVE_INFINITY;
  const [, digits = "", suffix = ""] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/u.exec(text) ?? [];
  const unit = units[suffix];
  if (digits === "" || unit === undefined) {
    throw new Misuse(invalid(text, `invalid time interval '${text}'`), exitCode);
  }
  return Number(digits) * unit * 1000;
}

/** `4.0K`, `12M`: GNU's way, rounded up, with a fraction below 10 and none for bytes. */
export function roundedUpSize(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < scale.length - 1) {
    value /= 1024;
    step++;
  }
  if (step === 0) return String(value);
  const tenths = Math.ceil(value * 10) / 10;
  return `${tenths < 10 ? tenths.toFixed(1) : Math.ceil(value)}${scale[step] ?? ""}`;
}

const scale = ["", "K", "M", "G", "T", "P"];

/** `4.0K`, `12M`: busybox's way, with a fraction below 10 and none for bytes. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < scale.length - 1) {
    value /= 1024;
    step++;
  }
  return `${step === 0 ? String(value) : value.toFixed(1)}${scale[step] ?? ""}`;
}
