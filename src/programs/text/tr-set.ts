import { encodeText } from "../../runtime/text.ts";
import { Failure } from "../failure.ts";

const between = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const digits = between(48, 57);
const upper = between(65, 90);
const lower = between(97, 122);
const punctuation = [...between(33, 47), ...between(58, 64), ...between(91, 96), ...between(123, 126)];

const classes: Readonly<Record<string, readonly number[]>> = {
  digit: digits,
  upper,
  lower,
  alpha: [...upper, ...lower],
  alnum: [...digits, ...upper, ...lower],
  space: [...between(9, 13), 32],
  blank: [9, 32],
  punct: punctuation,
  cntrl: [...between(0, 31), 127],
  print: between(32, 126),
  graph: between(33, 126),
  xdigit: [...digits, ...between(65, 70), ...between(97, 102)],
};

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

/** The bytes of one of tr's strings: ranges, `[:class:]`, `[x*n]` (filled up to `wanted`) and escapes written out. */
export function characterSet(text: string, wanted = 0): readonly number[] {
  const bytes = unescaped(text);
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const rest = String.fromCodePoint(...bytes.slice(at, at + 20));
    const named = /^\[:(\w+):\]/u.exec(rest) ?? /^\[=(.)=\]/u.exec(rest);
    const repeat = /^\[(.)\*(\d*)\]/u.exec(rest);
    const members = named && (named[0].startsWith("[:") ? classes[named[1] ?? ""] : [named[1]?.codePointAt(0) ?? 0]);
    const [current = 0, dash, last = 0] = bytes.slice(at, at + 3);
    if (named && members) {
      out.push(...members);
      at += named[0].length;
    } else if (repeat) {
      const count = repeat[2] === "" || repeat[2] === "0" ? wanted - out.length : Number(repeat[2]);
      for (let i = 0; i < Math.min(count, 256); i++) out.push(repeat[1]?.codePointAt(0) ?? 0);
      at += repeat[0].length;
    } else if (dash === 45 && at + 2 < bytes.length) {
      if (last < current) throw reversedRange(bytes.slice(at, at + 3));
      out.push(...between(current, last));
      at += 3;
    } else {
      out.push(current);
      at++;
    }
  }
  return out;
}

function reversedRange(bytes: readonly number[]): Failure {
  const range = String.fromCodePoint(...bytes);
  const gnu = `range-endpoints of '${range}' are in reverse collating sequence order`;
  return new Failure({ busybox: `invalid range '${range}'`, gnu });
}

function unescaped(text: string): number[] {
  const bytes: number[] = [];
  for (const [, escape, literal = ""] of text.matchAll(/\\([0-7]{1,3}|[^])|\\?([^])/gu)) {
    if (escape === undefined) bytes.push(...encodeText(literal));
    else if (/^[0-7]/u.test(escape)) bytes.push(Number.parseInt(escape, 8) & 255);
    else bytes.push(escapes[escape] ?? escape.codePointAt(0) ?? 0);
  }
  return bytes;
}
