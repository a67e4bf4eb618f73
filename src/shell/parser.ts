import { forEachChild, parse } from "unbash";
import type { ParseError, ParsedScript, Script, Statement, SyntaxNode, WordPart } from "unbash";

import type { SyntaxProblem } from "./dialects/dialect.ts";

/** A text under interpretation. Positions of its nodes are offsets in `text`. */
export interface Source {
  readonly text: string;
  /** The number of the line at an offset. */
  lineAt(position: number): number;
}

/** What is read at one go: the statements of a line, or of several when a construct spans them. */
export interface CompleteCommand {
  readonly statements: readonly Statement[];
  readonly position: number;
  readonly end: number;
}

/** A syntax error, and where. */
export interface SyntaxFailure {
  readonly problem: SyntaxProblem;
  readonly position: number;
}

export interface Parsed {
  readonly source: Source;
  /** Those before the error: a shell reads, runs, and only then reads on. */
  readonly commands: readonly CompleteCommand[];
  readonly failure: SyntaxFailure | undefined;
}

export function parseScript(text: string, firstLine = 1): Parsed {
  const script = parse(text);
  const source = sourceOf(text, firstLine);
  const first = script.errors?.[0];
  const stray = first ? undefined : strayParenthesis(text, script);
  if (stray !== undefined) return beforeStray(text, stray, source);
  if (!first) return { source, commands: completeCommands(script, source), failure: undefined };
  return { source, commands: commandsBefore(text, script, source), failure: failureIn(text, script.errors ?? []) };
}

/** True when more lines could make it whole: the prompt is then PS2. */
export function isIncomplete(text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(text)) return true;
  const script = parse(text);
  const first = script.errors?.[0];
  if (!first) return hasOpenHereDocument(script);
  if (first.message.startsWith("unterminated")) return true;
  const { problem } = failureIn(text, script.errors ?? []);
  return problem.kind === "unexpected" && problem.token === undefined;
}

/** A text that is expanded as if in double quotes: PS1, `$(( … ))`. */
export interface Template {
  readonly parts: readonly WordPart[];
  readonly source: Source;
}

export function parseTemplate(text: string, line = 1): Template {
  const whole = `<<\u0001\n${text}\n\u0001\n`;
  const source = sourceOf(whole, line - 1);
  const command = parse(whole).commands[0]?.command;
  const redirect = command?.type === "Command" ? command.redirects[0] : undefined;
  const parts = redirect?.type === "HereDoc" ? redirect.body.parts : undefined;
  if (!parts) {
    const value = text.replace(/\\\n/g, "").replace(/\\([$`\\])/g, "$1");
    return { parts: [{ type: "Literal", pos: 0, end: text.length, value, text }], source };
  }
  const last = parts.at(-1);
  if (last?.type !== "Literal") return { parts, source };
  const trimmed = { ...last, value: last.value.slice(0, -1), text: last.text.slice(0, -1) };
  return { parts: [...parts.slice(0, -1), trimmed], source };
}

/** Where a `(` stands behind a command's words that the parser lets pass: `echo (`. */
function strayParenthesis(text: string, script: Script): number | undefined {
  if (!/[ \t]\([ \t]*(?:[;&|\n#]|$)/.test(text)) return undefined;
  let found: number | undefined;
  const visit = (node: SyntaxNode): void => {
    const rest = node.type === "Command" ? /^[ \t]*\(/.exec(text.slice(node.end, node.end + 100)) : null;
    if (rest && found === undefined) found = node.end + rest[0].length - 1;
    forEachChild(node, visit);
  };
  visit(script);
  return found;
}

function beforeStray(text: string, stray: number, source: Source): Parsed {
  const lineStart = text.lastIndexOf("\n", stray) + 1;
  const before = parse(text.slice(0, lineStart));
  const token = tokenAt(text, stray + 1);
  const problem: SyntaxProblem = { kind: "unexpected", token, expecting: ")" };
  return { source, commands: completeCommands(before, source), failure: { problem, position: stray } };
}

/** The syntax error in a script, if it has one. */
export function failureOf(text: string, script: ParsedScript): SyntaxFailure | undefined {
  return script.errors?.length ? failureIn(text, script.errors) : undefined;
}

export function sourceOf(text: string, firstLine = 1): Source {
  let starts: number[] | undefined;
  return {
    text,
    lineAt(position) {
      starts ??= lineStarts(text);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= position) low = middle;
        else high = middle - 1;
      }
      return low + firstLine;
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function completeCommands(script: Script, source: Source): CompleteCommand[] {
  const commands: { statements: Statement[]; position: number; end: number }[] = [];
  for (const statement of script.commands) {
    const last = commands.at(-1);
    if (last && source.lineAt(last.end) === source.lineAt(statement.pos)) {
      last.statements.push(statement);
      last.end = statement.end;
    } else commands.push({ statements: [statement], position: statement.pos, end: statement.end });
  }
  return commands;
}

/** The longest run of whole lines from the start that parses. */
function commandsBefore(text: string, script: Script, source: Source): readonly CompleteCommand[] {
  const errorAt = script.commands.find((statement) => statement.end <= statement.pos)?.pos;
  const limit = errorAt ?? (script as ParsedScript).errors?.[0]?.pos ?? text.length;
  let cut = text.lastIndexOf("\n", limit - 1);
  while (cut > 0) {
    const attempt = parse(text.slice(0, cut + 1));
    if (!attempt.errors?.length && !hasOpenHereDocument(attempt)) return completeCommands(attempt, source);
    cut = text.lastIndexOf("\n", cut - 1);
  }
  return [];
}

function failureIn(text: string, errors: readonly ParseError[]): SyntaxFailure {
  const first = errors[0];
  if (!first) return { problem: { kind: "unexpected", token: undefined }, position: text.length };
  const position = first.pos;
  if (first.message.startsWith("unterminated")) return { problem: unterminated(first.message), position };
  const expecting = errors.map(({ message }) => /^expected '([^' ]+)'/.exec(message)?.[1]).find((word) => word);
  const closed = /(?:^|[\s;&|()])(fi|done|esac|then|do|else|elif|\})\s*$/.exec(text.slice(0, position))?.[1];
  const misplaced =
    first.message.startsWith("expected '") && closed !== undefined && closesAnother(first.message, closed);
  const isEmpty = /^expected command in (?:brace group|subshell)/.test(first.message);
  const token = misplaced ? closed : tokenAt(text, isEmpty ? position + 1 : position);
  const problem = { kind: "unexpected", token } as const;
  return { problem: expecting === undefined ? problem : { ...problem, expecting }, position };
}

/** The parser points behind a reserved word that came where another was due. */
function closesAnother(message: string, word: string): boolean {
  return /^expected '(then|do)'$/.test(message) && word !== "then" && word !== "do" && word !== "else";
}

function unterminated(message: string): SyntaxProblem {
  if (message.includes("quote")) {
    return { kind: "unterminated quote", token: undefined, expecting: message.includes("single") ? "'" : '"' };
  }
  const expecting = message.includes("parameter") ? "}" : message.includes("backtick") ? "`" : ")";
  return { kind: "unterminated substitution", token: undefined, expecting };
}

function tokenAt(text: string, position: number): string | undefined {
  const rest = text.slice(position).replace(/^[ \t]+/, "");
  if (/^\n*(#[^\n]*)?\n*$/.test(rest)) return undefined;
  return /^(?:\n|;;&?|;&|&&|\|\||\d*[<>][<>&|]?|[;&|()]|[^\s;&|()<>]+)/.exec(rest)?.[0];
}

function hasOpenHereDocument(node: Script): boolean {
  return node.commands.some((statement) => isOpen(statement));
}

function isOpen(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(isOpen);
  if (typeof node !== "object" || node === null || !("type" in node)) return false;
  if (node.type === "HereDoc") return (node as Extract<SyntaxNode, { type: "HereDoc" }>).closing === undefined;
  if (node.type === "Word" || node.type === "Assignment") return false;
  return Object.values(node).some(isOpen);
}
