import type { SystemError } from "../../runtime/process.ts";
import type { Dialect, SyntaxProblem } from "./dialect.ts";

/** Busybox's sh. */
export const ash: Dialect = {
  name: "ash",
  extended: true,
  bash: false,
  errorStatus: 2,
  redirectStatus: 1,
  prompt: { root: "\\w \\$ ", user: "\\w \\$ " },
  prefix({ shellName, inFile, interactive, line, builtin }) {
    if (builtin === undefined && !inFile) return `${shellName}: `;
    const where = interactive && !inFile ? "" : `line ${inFile ? line : line - 1}: `;
    return `${shellName}: ${builtin === undefined ? "" : `${builtin}: `}${where}`;
  },
  syntaxError: (problem) => `syntax error: ${syntaxMessage(problem)}`,
  notFound: (name) => `${name}: not found`,
  cannotExecute: (name, error) => `${name}: ${error.message}`,
  cannotOpen: (path, error) => `can't open ${path}: ${isMissing(error) ? "no such file" : error.message}`,
  cannotCreate: (path, error) => `can't create ${path}: ${isMissing(error) ? "nonexistent directory" : error.message}`,
  cannotOpenScript: (path, error) => `can't open '${path}': ${error.message}`,
  badDescriptor: (text) => `${text}: Bad file descriptor`,
  unset: (name) => `${name}: parameter not set`,
  readOnly: (name) => `${name}: is read only`,
  badSubstitution: () => "syntax error: bad substitution",
  badNumber: (text) => `Illegal number: ${text}`,
  divisionByZero: () => "divide by zero",
  badExpression: () => "arithmetic syntax error",
  illegalOption: (option) => `illegal option ${option}`,
  cannotChangeDirectory: (path, error) => `can't cd to ${path}: ${error.message}`,
};

function syntaxMessage(problem: SyntaxProblem): string {
  if (problem.kind === "bad substitution") return "bad substitution";
  if (problem.kind === "unterminated quote") return "unterminated quoted string";
  const found = tokenName(problem.token);
  const expecting = problem.expecting === undefined ? "" : ` (expecting "${problem.expecting}")`;
  return `unexpected ${found}${expecting}`;
}

function tokenName(token: string | undefined): string {
  if (token === undefined) return "end of file";
  if (token === "\n") return "newline";
  if (/^\d*[<>]/.test(token)) return "redirection";
  return isOperator(token) ? `"${token}"` : "word";
}

/** Operators and reserved words, which error messages quote. */
export function isOperator(token: string): boolean {
  return /^([;&|()]+|then|do|done|fi|else|elif|esac|if|for|while|until|case|in|[{}!])$/.test(token);
}

function isMissing(error: SystemError): boolean {
  return error.code === "ENOENT" || error.code === "ENOTDIR";
}
