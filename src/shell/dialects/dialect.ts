import type { SystemError } from "../../runtime/process.ts";
import type { ArithmeticFault } from "../arithmetic/expression.ts";

/** Where something went wrong. */
export interface Place {
  /** `$0`. */
  readonly shellName: string;
  /** A file is being read, by name or with `.`. */
  readonly inFile: boolean;
  readonly interactive: boolean;
  /** From 1. */
  readonly line: number;
  /** The built-in that complains. */
  readonly builtin: string | undefined;
}

/** What a parser stumbled over; `token` is undefined at the end of the file, "\n" at the end of a line. */
export interface SyntaxProblem {
  readonly kind: "unexpected" | "unterminated quote" | "unterminated substitution" | "bad substitution";
  readonly token: string | undefined;
  readonly expecting?: string;
}

/** What is wrong with an arithmetic expression: `trailing` is something behind a complete one. */
export interface ExpressionFault {
  readonly kind: ArithmeticFault;
  /** From where on, where it is not the last token. */
  readonly from: string | undefined;
}

/** A shell's own language: what it knows beyond POSIX, and its words for what goes wrong. */
export interface Dialect {
  readonly name: "ash" | "dash" | "bash";
  /** `[[ ]]`, `function f`, `source`, `let`, `&>`, `$'…'`, `${v/a/b}`, `${v:1:2}`, `set -o pipefail`, `$RANDOM`. */
  readonly extended: boolean;
  /** Arrays, `(( ))`, braces, `${v^^}`, `<<<`, `+=`. */
  readonly bash: boolean;
  /** Everything before the message, with its colon and space. */
  prefix(place: Place): string;
  syntaxError(problem: SyntaxProblem): string;
  notFound(name: string): string;
  cannotExecute(name: string, error: SystemError): string;
  cannotOpen(path: string, error: SystemError): string;
  cannotCreate(path: string, error: SystemError): string;
  cannotOpenScript(path: string, error: SystemError): string;
  badDescriptor(text: string): string;
  unset(name: string): string;
  readOnly(name: string): string;
  badSubstitution(text: string): string;
  badNumber(text: string): string;
  divisionByZero(expression: string): string;
  badExpression(expression: string, fault: ExpressionFault): string;
  illegalOption(option: string): string;
  cannotChangeDirectory(path: string, error: SystemError): string;
  /** The exit status of a command whose redirection fails. */
  readonly redirectStatus: number;
  /** The exit status of a wrong use or a failed expansion. */
  readonly errorStatus: number;
  readonly prompt: { readonly root: string; readonly user: string };
}
