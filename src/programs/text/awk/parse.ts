import { tokenize } from "./lexer.ts";
import { parseConcatenation, parseExpression, parseExpressionList } from "./parse-expression.ts";
import type { Expression, FunctionDefinition, Program, Redirection, Rule, Statement } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

/** Reads an awk program. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/awk.html#tag_20_06_13_16 */
export function parseAwk(text: string): Program {
  const tokens = new TokenStream(tokenize(text));
  const begin: Statement[] = [];
  const end: Statement[] = [];
  const rules: Rule[] = [];
  const functions = new Map<string, FunctionDefinition>();
  for (tokens.skipTerminators(); tokens.peek().kind !== "end"; tokens.skipTerminators()) {
    if (tokens.take("BEGIN")) begin.push(block(tokens));
    else if (tokens.take("END")) end.push(block(tokens));
    else if (tokens.take("function") || tokens.take("func")) {
      const definition = functionDefinition(tokens);
      functions.set(definition.name, definition);
    } else rules.push(rule(tokens));
  }
  return { begin, rules, end, functions };
}

function functionDefinition(tokens: TokenStream): FunctionDefinition {
  const name = tokens.name();
  tokens.expect("(");
  const parameters: string[] = [];
  while (!tokens.take(")")) {
    parameters.push(tokens.name());
    tokens.take(",");
    tokens.skipNewlines();
  }
  tokens.skipNewlines();
  return { name, parameters, body: block(tokens) };
}

function rule(tokens: TokenStream): Rule {
  const pattern = tokens.isAt("{") ? undefined : parseExpression(tokens);
  const until = pattern !== undefined && tokens.take(",") ? secondPattern(tokens) : undefined;
  return { pattern, until, action: tokens.isAt("{") ? block(tokens) : undefined };
}

function secondPattern(tokens: TokenStream): Expression {
  tokens.skipNewlines();
  return parseExpression(tokens);
}

function block(tokens: TokenStream): Statement {
  tokens.expect("{");
  const body: Statement[] = [];
  for (tokens.skipTerminators(); !tokens.take("}"); tokens.skipTerminators()) body.push(statement(tokens));
  return { kind: "block", body };
}

function statement(tokens: TokenStream): Statement {
  if (tokens.isAt("{")) return block(tokens);
  if (tokens.take("if")) return ifStatement(tokens);
  if (tokens.take("while")) return { kind: "while", test: condition(tokens), body: loopBody(tokens) };
  if (tokens.take("do")) return doStatement(tokens);
  if (tokens.take("for")) return forStatement(tokens);
  if (tokens.take(";")) return { kind: "block", body: [] };
  const simple = simpleStatement(tokens);
  endStatement(tokens);
  return simple;
}

function endStatement(tokens: TokenStream): void {
  if (tokens.take(";") || tokens.take("\n") || tokens.isAt("}") || tokens.peek().kind === "end") return;
  tokens.unexpected();
}

function condition(tokens: TokenStream): Expression {
  tokens.expect("(");
  const test = parseExpression(tokens);
  tokens.skipNewlines();
  tokens.expect(")");
  return test;
}

/** After `)`, `do` or `else`. */
function loopBody(tokens: TokenStream): Statement {
  tokens.skipNewlines();
  return statement(tokens);
}

function ifStatement(tokens: TokenStream): Statement {
  const test = condition(tokens);
  const yes = loopBody(tokens);
  let ahead = 0;
  while (["\n", ";"].includes(tokens.peek(ahead).text)) ahead++;
  if (tokens.peek(ahead).text !== "else" || tokens.peek(ahead).kind !== "keyword") {
    return { kind: "if", test, yes, no: undefined };
  }
  tokens.skipTerminators();
  tokens.expect("else");
  return { kind: "if", test, yes, no: loopBody(tokens) };
}

function doStatement(tokens: TokenStream): Statement {
  const body = loopBody(tokens);
  tokens.skipTerminators();
  tokens.expect("while");
  const test = condition(tokens);
  endStatement(tokens);
  return { kind: "do", test, body };
}

function forStatement(tokens: TokenStream): Statement {
  tokens.expect("(");
  if (tokens.peek().kind === "name" && tokens.peek(1).text === "in" && tokens.peek(3).text === ")") {
    const variable = tokens.name();
    tokens.expect("in");
    const array = tokens.name();
    tokens.expect(")");
    return { kind: "for-in", variable, array, body: loopBody(tokens) };
  }
  const first = tokens.isAt(";") ? undefined : simpleStatement(tokens);
  tokens.expect(";");
  tokens.skipNewlines();
  const test = tokens.isAt(";") ? undefined : parseExpression(tokens);
  tokens.expect(";");
  tokens.skipNewlines();
  const step = tokens.isAt(")") ? undefined : simpleStatement(tokens);
  tokens.expect(")");
  return { kind: "for", first, test, step, body: loopBody(tokens) };
}

function simpleStatement(tokens: TokenStream): Statement {
  for (const kind of ["break", "continue", "next", "nextfile"] as const) if (tokens.take(kind)) return { kind };
  for (const kind of ["exit", "return"] as const) {
    if (tokens.take(kind)) return { kind, value: atStatementEnd(tokens) ? undefined : parseExpression(tokens) };
  }
  if (tokens.take("print")) return printStatement(tokens, "print");
  if (tokens.take("printf")) return printStatement(tokens, "printf");
  if (tokens.take("delete")) return deleteStatement(tokens);
  return { kind: "expression", expression: parseExpression(tokens) };
}

function atStatementEnd(tokens: TokenStream): boolean {
  return [";", "\n", "}"].some((end) => tokens.isAt(end));
}

function printStatement(tokens: TokenStream, kind: "print" | "printf"): Statement {
  tokens.greaterRedirects = true;
  const isEmpty = atStatementEnd(tokens) || [">", ">>", "|"].some((operator) => tokens.isAt(operator));
  const list = isEmpty ? [] : parseExpressionList(tokens);
  const [only] = list;
  const values = list.length === 1 && only?.kind === "group" ? only.values : list;
  const to = redirection(tokens);
  tokens.greaterRedirects = false;
  return { kind, values, to };
}

function redirection(tokens: TokenStream): Redirection | undefined {
  for (const mode of [">", ">>", "|"] as const) {
    if (tokens.take(mode)) return { mode, target: parseConcatenation(tokens) };
  }
  return undefined;
}

function deleteStatement(tokens: TokenStream): Statement {
  const array = tokens.name();
  if (!tokens.take("[")) return { kind: "delete", array, index: undefined };
  const index = parseExpressionList(tokens);
  tokens.expect("]");
  return { kind: "delete", array, index };
}
