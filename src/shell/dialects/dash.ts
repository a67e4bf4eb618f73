import type { SystemError } from "../../runtime/process.ts";
import { isOperator } from "./ash.ts";
import type { Dialect, SyntaxProblem } from "./dialect.ts";

/** Debian's sh. */
export const dash: Dialect = {
  name: "dash",
  extended: false,
  bash: false,
  errorStatus: 2,
  redirectStatus: 2,
  prompt: { root: "# ", user: "$ " },
  prefix: ({ shellName, line, builtin }) => `${shellName}: ${line}: ${builtin === undefined ? "" : `${builtin}: `}`,
  syntaxError: (problem) => `Syntax error: ${syntaxMessage(problem)}`,
  notFound: (name) => `${name}: not found`,
  cannotExecute: (name, error) => `${name}: ${error.message}`,
  cannotOpen: (path, error) => `cannot open ${path}: ${isMissing(error) ? "No such file" : error.message}`,
  cannotCreate: (path, error) => `cannot create ${path}: ${isMissing(error) ? "Directory nonexistent" : error.message}`,
  cannotOpenScript: (path, error) => `cannot open ${path}: ${isMissing(error) ? "No such file" : error.message}`,
  badDescriptor: (text) => `${text}: Bad file descriptor`,
  unset: (name) => `${name}: parameter not set`,
  readOnly: (name) => `${name}: is read only`,
  badSubstitution: () => "Bad substitution",
  badNumber: (text) => `Illegal number: ${text}`,
  divisionByZero: (expression) => `arithmetic expression: division by zero: "${expression}"`,
  badExpression: (expression, { kind }) =>
    `arithmetic expression: expecting ${kind === "syntax" ? "primary" : "EOF"}: "${expression}"`,
  illegalOption: (option) => `Illegal option ${option}`,
  cannotChangeDirectory: (path) => `can't cd to ${path}`,
};

function syntaxMessage(problem: SyntaxProblem): string {
  if (problem.kind === "bad substitution") return "Bad substitution";
  if (problem.kind === "unterminated quote") return "Unterminated quoted string";
  const expecting = problem.expecting === undefined ? "" : ` (expecting "${problem.expecting}")`;
  return `${tokenName(problem.token)} unexpected${expecting}`;
}

function tokenName(token: string | undefined): string {
  if (token === undefined) return "end of file";
  if (token === "\n") return "newline";
  if (/^\d*[<>]/.test(token)) return "redirection";
  return isOperator(token) ? `"${token}"` : "word";
}

function isMissing(error: SystemError): boolean {
  return error.code === "ENOENT" || error.code === "ENOTDIR";
}
