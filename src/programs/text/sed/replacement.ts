import type { Match } from "../../../regex/regex.ts";
import type { Piece } from "./script.ts";

const controls: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", f: "\f", v: "\v" };

/** Reads the second half of an `s` command: text, `&`, `\1` and GNU's `\U \L \u \l \E`. */
export function parseReplacement(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [whole, escaped] of text.matchAll(/\\([^])|&|[^\\&]+|\\/gu)) {
    if (whole === "&") pieces.push({ kind: "group", index: 0 });
    else if (escaped === undefined) pieces.push({ kind: "text", text: whole });
    else if (/\d/u.test(escaped)) pieces.push({ kind: "group", index: Number(escaped) });
    else if (isCase(escaped)) pieces.push({ kind: "case", mode: escaped });
    else pieces.push({ kind: "text", text: controls[escaped] ?? escaped });
  }
  return pieces;
}

function isCase(letter: string): letter is "U" | "L" | "u" | "l" | "E" {
  return /^[ULulE]$/u.test(letter);
}

/** What takes the place of a match. */
export function replacementFor(pieces: readonly Piece[], match: Match): string {
  let out = "";
  let mode = "E";
  let once = "";
  for (const piece of pieces) {
    if (piece.kind === "case") {
      if (piece.mode === "u" || piece.mode === "l") once = piece.mode;
      else mode = piece.mode;
      continue;
    }
    const text = cased(piece.kind === "text" ? piece.text : (match.groups[piece.index] ?? ""), mode);
    if (text === "") continue;
    const first = text.charAt(0);
    out += once === "" ? text : (once === "u" ? first.toUpperCase() : first.toLowerCase()) + text.slice(1);
    once = "";
  }
  return out;
}

function cased(text: string, mode: string): string {
  if (mode === "U") return text.toUpperCase();
  return mode === "L" ? text.toLowerCase() : text;
}
