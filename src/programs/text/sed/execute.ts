import { isTurnDue } from "../../../regex/effort.ts";
import type { Regex } from "../../../regex/regex.ts";
import { encodeText } from "../../../runtime/text.ts";
import type { Call } from "../../applet.ts";
import { Failure } from "../../failure.ts";
import type { SedLines } from "./lines.ts";
import { replacementFor } from "./replacement.ts";
import type { Action, Address, Command, Substitution } from "./script.ts";

/** Where sed's output goes. */
export interface SedOutput {
  print(text: string): Promise<void> | undefined;
  /** To a file of `w`. */
  writeTo(file: string, text: string): Promise<void>;
  readFile(file: string): Promise<string>;
}

export interface SedRun {
  readonly call: Call;
  readonly commands: readonly Command[];
  readonly lines: SedLines;
  readonly output: SedOutput;
  readonly quiet: boolean;
  readonly separator: string;
}

/** What the script works on. */
interface State extends SedRun {
  pattern: string;
  hold: string;
  terminated: boolean;
  replaced: boolean;
  lastRegex: Regex | undefined;
  /** Printed when the cycle ends: `a` and `r`. */
  appended: (() => Promise<void> | undefined)[];
  /** By command: the line where its open range ends; Infinity while only a later match can tell. */
  readonly ranges: Map<Command, number>;
  /** The last line printed had no newline. */
  owesNewline: boolean;
  /** `D` starts over without reading. */
  keeps: boolean;
}

/** How a command goes on: at which command, or out of the cycle. */
type Next = number | "end" | "delete" | { readonly exitCode: number; readonly print: boolean };

const stepsPerTurn = 500;

/** Runs the script over the lines; resolves with `q`'s exit code, undefined when the lines ran out. */
export async function executeScript(run: SedRun, hold = { text: "" }): Promise<number | undefined> {
  const state: State = {
    ...run,
    pattern: "",
    hold: hold.text,
    terminated: true,
    replaced: false,
    lastRegex: undefined,
    appended: [],
    ranges: new Map(),
    owesNewline: false,
    keeps: false,
  };
  let exitCode: number | undefined;
  while (exitCode === undefined && (state.keeps || (await readLine(state)))) {
    state.keeps = false;
    const end = await cycle(state);
    const printed = typeof end === "object" ? end.print : end === "end";
    if (printed && !run.quiet) await printPattern(state);
    await flushAppended(state);
    if (typeof end === "object") ({ exitCode } = end);
  }
  hold.text = state.hold;
  return exitCode;
}

async function readLine(state: State): Promise<boolean> {
  const line = await state.lines.next();
  if (line === undefined) return false;
  state.pattern = line.text;
  state.terminated = line.terminated;
  return true;
}

async function cycle(state: State): Promise<Exclude<Next, number>> {
  const { commands } = state;
  state.replaced = false;
  let steps = 0;
  for (let at = 0; at < commands.length;) {
    const command = commands[at];
    if (command === undefined) break;
    if (++steps % stepsPerTurn === 0 || isTurnDue()) await state.call.process.pause();
    const { action } = command;
    const selected = (await isSelected(state, command)) !== command.negated;
    if (!selected) at = action.kind === "block" ? action.end : at + 1;
    else {
      const next = await perform(state, command, at);
      if (typeof next !== "number") return next;
      at = next;
    }
  }
  return "end";
}

async function isSelected(state: State, command: Command): Promise<boolean> {
  const { from, to } = command;
  if (from === undefined) return true;
  if (to === undefined) return matches(state, from);
  const { number } = state.lines;
  const open = state.ranges.get(command);
  if (open === undefined) {
    if (!((from.kind === "line" && from.number === 0) || (await matches(state, from)))) return false;
    const zero = from.kind === "line" && from.number === 0;
    const end = await rangeEndLine(state, to);
    if (end > number) state.ranges.set(command, end);
    if (!zero || to.kind !== "regex" || !(await matches(state, to))) return true;
    state.ranges.set(command, -1);
    return true;
  }
  if (open === -1) return false;
  const over = open === Number.POSITIVE_INFINITY ? await matches(state, to) : number >= open;
  if (over) {
    if (from.kind === "line" && from.number === 0) state.ranges.set(command, -1);
    else state.ranges.delete(command);
  }
  return number <= open;
}

/** The line at which a range that begins here ends, as far as it is known. */
async function rangeEndLine({ lines }: State, to: Address): Promise<number> {
  if (to.kind === "line") return to.number;
  if (to.kind === "more") return lines.number + to.count;
  if (to.kind === "multiple") return to.of > 0 ? Math.ceil(lines.number / to.of) * to.of : lines.number;
  if (to.kind === "last" && (await lines.isLast())) return lines.number;
  return Number.POSITIVE_INFINITY;
}

function matches(state: State, address: Address): boolean | Promise<boolean> {
  const { number } = state.lines;
  switch (address.kind) {
    case "line":
      return number === address.number;
    case "last":
      return state.lines.isLast();
    case "step":
      return address.step <= 0
        ? number === address.first
        : number >= address.first && (number - address.first) % address.step === 0;
    case "regex":
      return regexFor(state, address.regex).test(state.pattern);
    default:
      return false;
  }
}

function regexFor(state: State, regex: Regex | undefined): Regex {
  const used = regex ?? state.lastRegex;
  if (used === undefined) throw new Failure("no previous regexp");
  state.lastRegex = used;
  return used;
}

async function perform(state: State, command: Command, at: number): Promise<Next> {
  const { action } = command;
  switch (action.kind) {
    case "block":
      return at + 1;
    case "branch":
      return branch(state, action) ? action.target : at + 1;
    case "text":
      return insertText(state, command, action, at);
    case "read":
      state.appended.push(async () => print(state, await state.output.readFile(action.file), false));
      return at + 1;
    case "write":
      await state.output.writeTo(action.file, `${action.firstLine ? firstLine(state.pattern) : state.pattern}\n`);
      return at + 1;
    case "substitute":
      await substitute(state, action.substitution);
      return at + 1;
    case "transliterate":
      state.pattern = Array.from(state.pattern, (character) => action.map.get(character) ?? character).join("");
      return at + 1;
    case "quit":
      return action;
    default:
      return (await simpleActions[action.letter]?.(state)) ?? at + 1;
  }
}

function branch(state: State, { when }: Action & { kind: "branch" }): boolean {
  if (when === "b") return true;
  const { replaced } = state;
  state.replaced = false;
  return replaced === (when === "t");
}

async function insertText(
  state: State,
  command: Command,
  { where, text }: Action & { kind: "text" },
  at: number,
): Promise<Next> {
  if (where === "a") state.appended.push(() => print(state, text, false));
  if (where === "i") await print(state, text, false);
  if (where !== "c") return at + 1;
  const inRange = command.to !== undefined && !command.negated && state.ranges.has(command);
  if (!inRange) await print(state, text, false);
  return "delete";
}

async function substitute(
  state: State,
  { regex, replacement, from, all, print: shows, file }: Substitution,
): Promise<void> {
  const used = regexFor(state, regex);
  const text = state.pattern;
  let out = "";
  let copied = 0;
  let count = 0;
  for (let at = 0; at <= text.length;) {
    const match = used.exec(text, at);
    if (match === undefined) break;
    const isEmptyAfterMatch = match.start === match.end && match.start === copied && count > 0;
    if (!isEmptyAfterMatch && ++count >= from) {
      out += text.slice(copied, match.start) + replacementFor(replacement, match);
      copied = match.end;
      state.replaced = true;
      if (!all) break;
    } else if (!isEmptyAfterMatch) {
      out += text.slice(copied, match.end);
      copied = match.end;
    }
    at = match.end > match.start ? match.end : match.end + 1;
  }
  if (count < from) return;
  state.pattern = out + text.slice(copied);
  if (shows) await printPattern(state);
  if (file !== undefined) await state.output.writeTo(file, `${state.pattern}\n`);
}

type SimpleAction = (state: State) => Next | undefined | Promise<Next | undefined>;

const simpleActions: Readonly<Record<string, SimpleAction>> = {
  "=": async (state) => {
    await print(state, `${state.lines.number}\n`, false);
    return undefined;
  },
  d: () => "delete",
  D: (state) => {
    const newline = state.pattern.indexOf("\n");
    if (newline === -1) return "delete";
    state.pattern = state.pattern.slice(newline + 1);
    state.keeps = true;
    return "delete";
  },
  F: async (state) => {
    await print(state, `${state.lines.fileName}\n`, false);
    return undefined;
  },
  g: (state) => void (state.pattern = state.hold),
  G: (state) => void (state.pattern = joined(state.pattern, state.hold)),
  h: (state) => void (state.hold = state.pattern),
  H: (state) => void (state.hold = joined(state.hold, state.pattern)),
  l: async (state) => {
    await print(state, `${visible(state.pattern)}\n`, false);
    return undefined;
  },
  n: nextLine,
  N: appendNextLine,
  p: async (state) => {
    await printPattern(state);
    return undefined;
  },
  P: async (state) => {
    await print(state, `${firstLine(state.pattern)}\n`, false);
    return undefined;
  },
  x: (state) => void ([state.pattern, state.hold] = [state.hold, state.pattern]),
  z: (state) => void (state.pattern = ""),
};

async function nextLine(state: State): Promise<Next | undefined> {
  if (await state.lines.isLast()) return { exitCode: 0, print: true };
  if (!state.quiet) await printPattern(state);
  await flushAppended(state);
  await readLine(state);
  return undefined;
}

/** Without a next line, GNU and busybox print the pattern space and end. */
async function appendNextLine(state: State): Promise<Next | undefined> {
  if (await state.lines.isLast()) return { exitCode: 0, print: true };
  await flushAppended(state);
  const before = state.pattern;
  await readLine(state);
  state.pattern = joined(before, state.pattern);
  return undefined;
}

const longestText = 4 * 1024 * 1024;

function joined(before: string, after: string): string {
  if (before.length + after.length > longestText) throw new Failure("out of memory");
  return `${before}\n${after}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function visible(text: string): string {
  const names: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b" };
  const shown = Array.from(Buffer.from(encodeText(text)).toString("latin1"), (character) => {
    const code = character.charCodeAt(0);
    return names[character] ?? (code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, "0")}` : character);
  });
  return `${shown.join("")}$`;
}

function printPattern(state: State): Promise<void> | undefined {
  return print(state, state.terminated ? state.pattern + state.separator : state.pattern, !state.terminated);
}

/** A last line without its newline gets it when something follows after all. */
function print(state: State, text: string, unterminated: boolean): Promise<void> | undefined {
  if (text === "" && !unterminated) return undefined;
  const owed = state.owesNewline ? state.separator : "";
  state.owesNewline = unterminated;
  return state.output.print(owed + text);
}

async function flushAppended(state: State): Promise<void> {
  for (const show of state.appended) await show();
  state.appended = [];
}
