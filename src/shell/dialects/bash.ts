import type { ArithmeticFault } from "../arithmetic/expression.ts";
import type { Dialect, SyntaxProblem } from "./dialect.ts";

/** GNU bash, as far as scripts for it commonly go. */
export const bash: Dialect = {
  name: "bash",
  extended: true,
  bash: true,
  errorStatus: 1,
  redirectStatus: 1,
  prompt: { root: "\\u@\\h:\\w\\$ ", user: "\\u@\\h:\\w\\$ " },
  prefix({ shellName, inFile, interactive, line, builtin }) {
    const where = interactive && !inFile ? "" : `line ${line}: `;
    return `${shellName}: ${where}${builtin === undefined ? "" : `${builtin}: `}`;
  },
  syntaxError: syntaxMessage,
  notFound: (name) => (name.includes("/") ? `${name}: No such file or directory` : `${name}: command not found`),
  cannotExecute: (name, error) => `${name}: ${error.code === "EISDIR" ? "Is a directory" : error.message}`,
  cannotOpen: (path, error) => `${path}: ${error.message}`,
  cannotCreate: (path, error) =>
    `${path}: ${error.code === "EEXIST" ? "cannot overwrite existing file" : error.message}`,
  cannotOpenScript: (path, error) => `${path}: ${error.message}`,
  badDescriptor: (text) => `${text}: Bad file descriptor`,
  unset: (name) => `${name}: unbound variable`,
  readOnly: (name) => `${name}: readonly variable`,
  badSubstitution: (text) => `${text}: bad substitution`,
  badNumber: (text) => `${text}: numeric argument required`,
  divisionByZero: (expression) => `${expression}: division by 0 (error token is "${lastToken(expression)}")`,
  badExpression: (expression, { kind, from }) =>
    `${expression}: ${expressionFaults[kind]} (error token is "${from ?? lastToken(expression)}")`,
  illegalOption: (option) => `${option}: invalid option`,
  cannotChangeDirectory: (path, error) => `${path}: ${error.message}`,
};

const expressionFaults: Readonly<Record<ArithmeticFault, string>> = {
  syntax: "syntax error: operand expected",
  trailing: "syntax error in expression",
  division: "division by 0",
  base: "value too great for base",
  character: "syntax error: invalid arithmetic operator",
};

function syntaxMessage({ kind, token, expecting }: SyntaxProblem): string {
  if (kind === "unterminated quote") return `unexpected EOF while looking for matching \`${expecting ?? '"'}'`;
  if (kind === "unterminated substitution") return `unexpected EOF while looking for matching \`${expecting ?? ")"}'`;
  if (kind === "bad substitution") return "bad substitution";
  if (token === undefined) return "syntax error: unexpected end of file";
  return `syntax error near unexpected token \`${token === "\n" ? "newline" : token}'`;
}

function lastToken(expression: string): string {
  return /(?:[\w.]+|[^\w\s])\s*$/.exec(expression)?.[0] ?? expression.slice(-1);
}
