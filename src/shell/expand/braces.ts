import { ShellError } from "../jumps.ts";
import { outOfMemory } from "./joined.ts";

/** Words, and characters of all of them. */
const mostWords = 250_000;
const mostCharacters = 4 * 1024 * 1024;

/** The words that `a{b,c}{1..3}d` stands for, as source text. A word without braces to expand is itself. Throws ShellError. */
export function expandBraces(word: string): string[] {
  const open = findOpening(word);
  if (!open) return [word];
  const { start, end, choices } = open;
  const before = word.slice(0, start);
  const tails = expandBraces(word.slice(end));
  const heads = bounded(choices.flatMap((choice) => expandBraces(choice)));
  if (heads.length * tails.length > mostWords) throw tooMany(heads.length * tails.length);
  return bounded(heads.flatMap((head) => tails.map((tail) => before + head + tail)));
}

function bounded(words: string[]): string[] {
  if (words.length > mostWords) throw tooMany(words.length);
  if (words.reduce((sum, word) => sum + word.length, 0) > mostCharacters) throw outOfMemory();
  return words;
}

function tooMany(count: number): ShellError {
  return new ShellError(`brace expansion: failed to allocate memory for ${count} elements`, 1, false);
}

interface BraceGroup {
  readonly start: number;
  readonly end: number;
  readonly choices: readonly string[];
}

function findOpening(word: string): BraceGroup | undefined {
  for (let at = 0; at < word.length; at++) {
    const skipped = skipQuoted(word, at);
    if (skipped > at) at = skipped - 1;
    else if (word[at] === "{") {
      const group = readGroup(word, at);
      if (group) return group;
    }
  }
  return undefined;
}

function readGroup(word: string, start: number): BraceGroup | undefined {
  const choices: string[] = [];
  let depth = 0;
  let choiceStart = start + 1;
  for (let at = start; at < word.length; at++) {
    const skipped = skipQuoted(word, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    const character = word[at];
    if (character === "{") depth++;
    if (character === "," && depth === 1) {
      choices.push(word.slice(choiceStart, at));
      choiceStart = at + 1;
    }
    if (character !== "}" || --depth > 0) continue;
    choices.push(word.slice(choiceStart, at));
    const sequence = choices.length === 1 ? sequenceOf(choices[0] ?? "") : choices;
    return sequence && { start, end: at + 1, choices: sequence };
  }
  return undefined;
}

/** Where what quotes or expands at `at` ends; `at` when nothing does. */
function skipQuoted(word: string, at: number): number {
  const character = word[at];
  if (character === "\\") return at + 2;
  if (character === "'") return word.indexOf("'", at + 1) + 1 || word.length;
  if (character === '"') return closing(word, at + 1, '"');
  if (character === "`") return closing(word, at + 1, "`");
  if (character === "$" && word[at + 1] === "{") return balanced(word, at + 1, "{", "}");
  if (character === "$" && word[at + 1] === "(") return balanced(word, at + 1, "(", ")");
  return at;
}

function closing(word: string, from: number, mark: string): number {
  for (let at = from; at < word.length; at++) {
    if (word[at] === "\\") at++;
    else if (word[at] === mark) return at + 1;
  }
  return word.length;
}

function balanced(word: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < word.length; at++) {
    if (word[at] === open) depth++;
    if (word[at] === close && --depth === 0) return at + 1;
  }
  return word.length;
}

function sequenceOf(text: string): readonly string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  if (numbers) return numberSequence(numbers[1] ?? "", numbers[2] ?? "", Number(numbers[3] ?? 1));
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text);
  if (!letters) return undefined;
  const codes = range((letters[1] ?? "").charCodeAt(0), (letters[2] ?? "").charCodeAt(0), Number(letters[3] ?? 1));
  return codes.map((code) => String.fromCharCode(code));
}

function numberSequence(from: string, to: string, step: number): string[] {
  const padded = /^-?0\d/.test(from) || /^-?0\d/.test(to);
  const width = padded ? Math.max(from.length, to.length) : 0;
  return range(Number(from), Number(to), step).map((value) =>
    value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0"),
  );
}

function range(from: number, to: number, step: number): number[] {
  const stride = Math.max(1, Math.abs(step));
  const count = Math.floor(Math.abs(to - from) / stride) + 1;
  if (count > mostWords) throw tooMany(count);
  return Array.from({ length: count }, (_, index) => from + index * (to >= from ? stride : -stride));
}
