import type { Expression, Place } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

const assignments = ["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="];

/** Reads an expression, by falling precedence: conditional, ||, &&, in, ~, comparison, concatenation, arithmetic. */
export function parseExpression(tokens: TokenStream): Expression {
  const left = conditional(tokens);
  if (!isPlace(left) || !assignments.some((operator) => tokens.isAt(operator))) return left;
  const operator = tokens.next().text.slice(0, -1).replace("**", "^");
  tokens.skipNewlines();
  return { kind: "assign", operator, place: left, value: parseExpression(tokens) };
}

export function parseExpressionList(tokens: TokenStream): Expression[] {
  const list = [parseExpression(tokens)];
  while (tokens.take(",")) {
    tokens.skipNewlines();
    list.push(parseExpression(tokens));
  }
  return list;
}

/** What a redirection names: no comparison. */
export function parseConcatenation(tokens: TokenStream): Expression {
  let left = additive(tokens);
  while (beginsOperand(tokens)) left = { kind: "binary", operator: " ", left, right: additive(tokens) };
  return left;
}

function isPlace(expression: Expression): expression is Place {
  return expression.kind === "variable" || expression.kind === "element" || expression.kind === "field";
}

function conditional(tokens: TokenStream): Expression {
  const test = logical(tokens, "||");
  if (!tokens.take("?")) return test;
  tokens.skipNewlines();
  const yes = parseExpression(tokens);
  tokens.skipNewlines();
  tokens.expect(":");
  tokens.skipNewlines();
  return { kind: "conditional", test, yes, no: parseExpression(tokens) };
}

function logical(tokens: TokenStream, operator: "||" | "&&"): Expression {
  const operand = () => (operator === "||" ? logical(tokens, "&&") : membership(tokens));
  let left = operand();
  while (tokens.take(operator)) {
    tokens.skipNewlines();
    left = { kind: operator === "||" ? "or" : "and", left, right: operand() };
  }
  return left;
}

function membership(tokens: TokenStream): Expression {
  let left = matching(tokens);
  while (tokens.take("in")) {
    left = { kind: "in", index: left.kind === "group" ? left.values : [left], array: tokens.name() };
  }
  return left;
}

function matching(tokens: TokenStream): Expression {
  let left = comparison(tokens);
  while (tokens.isAt("~") || tokens.isAt("!~")) {
    const negated = tokens.next().text === "!~";
    left = { kind: "match", negated, text: left, pattern: comparison(tokens) };
  }
  return left;
}

const comparisons = ["<", "<=", "==", "!=", ">=", ">"];

function comparison(tokens: TokenStream): Expression {
  const left = piped(tokens);
  const operator = comparisons.find((one) => tokens.isAt(one));
  if (operator === undefined || (operator === ">" && tokens.greaterRedirects)) return left;
  tokens.next();
  return { kind: "binary", operator, left, right: piped(tokens) };
}

/** `"command" | getline`. */
function piped(tokens: TokenStream): Expression {
  let left = parseConcatenation(tokens);
  while (tokens.isAt("|") && tokens.peek(1).text === "getline") {
    tokens.next();
    tokens.next();
    left = { kind: "getline", from: "command", source: left, into: optionalPlace(tokens) };
  }
  return left;
}

function beginsOperand(tokens: TokenStream): boolean {
  const { kind, text } = tokens.peek();
  if (kind === "operator") return ["$", "!", "(", "++", "--"].includes(text);
  return ["number", "string", "regex", "name", "builtin"].includes(kind);
}

function additive(tokens: TokenStream): Expression {
  let left = multiplicative(tokens);
  while (tokens.isAt("+") || tokens.isAt("-")) {
    const operator = tokens.next().text;
    left = { kind: "binary", operator, left, right: multiplicative(tokens) };
  }
  return left;
}

function multiplicative(tokens: TokenStream): Expression {
  let left = unary(tokens);
  while (tokens.isAt("*") || tokens.isAt("/") || tokens.isAt("%")) {
    const operator = tokens.next().text;
    left = { kind: "binary", operator, left, right: unary(tokens) };
  }
  return left;
}

function unary(tokens: TokenStream): Expression {
  for (const operator of ["!", "-", "+"] as const) {
    if (tokens.take(operator)) return { kind: "unary", operator, operand: unary(tokens) };
  }
  return power(tokens);
}

function power(tokens: TokenStream): Expression {
  const left = postfix(tokens);
  if (!tokens.take("^") && !tokens.take("**")) return left;
  return { kind: "binary", operator: "^", left, right: unary(tokens) };
}

function postfix(tokens: TokenStream): Expression {
  const operand = primary(tokens);
  if (!isPlace(operand)) return operand;
  if (tokens.take("++")) return { kind: "increment", place: operand, by: 1, prefix: false };
  if (tokens.take("--")) return { kind: "increment", place: operand, by: -1, prefix: false };
  return operand;
}

function primary(tokens: TokenStream): Expression {
  const token = tokens.next();
  switch (token.kind) {
    case "number":
      return { kind: "number", value: Number(token.text) };
    case "string":
      return { kind: "string", value: token.text };
    case "regex":
      return { kind: "regex", source: token.text };
    case "builtin":
      return { kind: "call", name: token.text, args: builtinArguments(tokens), isBuiltin: true };
    case "name":
      return named(tokens, token.text);
    case "keyword":
      if (token.text === "getline") return plainGetline(tokens);
      break;
    case "operator":
      return operatorPrimary(tokens, token.text) ?? tokens.unexpected(token);
    default:
  }
  return tokens.unexpected(token);
}

function operatorPrimary(tokens: TokenStream, operator: string): Expression | undefined {
  if (operator === "$") return { kind: "field", index: fieldIndex(tokens) };
  if (operator === "++" || operator === "--") {
    const place = primary(tokens);
    return isPlace(place) ? { kind: "increment", place, by: operator === "++" ? 1 : -1, prefix: true } : undefined;
  }
  if (operator !== "(") return undefined;
  const values = tokens.enclosed(() => parseExpressionList(tokens));
  tokens.skipNewlines();
  tokens.expect(")");
  return { kind: "group", values };
}

/** `$i++` is `($i)++`, `$++i` is `$(++i)`, `$-1` an error when run. */
function fieldIndex(tokens: TokenStream): Expression {
  if (tokens.take("-")) return { kind: "unary", operator: "-", operand: primary(tokens) };
  return primary(tokens);
}

function builtinArguments(tokens: TokenStream): Expression[] {
  if (!tokens.take("(")) return [];
  return closedList(tokens);
}

function closedList(tokens: TokenStream): Expression[] {
  tokens.skipNewlines();
  if (tokens.take(")")) return [];
  const list = tokens.enclosed(() => parseExpressionList(tokens));
  tokens.skipNewlines();
  tokens.expect(")");
  return list;
}

function named(tokens: TokenStream, name: string): Expression {
  if (tokens.isAt("(") && (!tokens.peek().spaced || tokens.functionNames.has(name))) {
    tokens.next();
    return { kind: "call", name, args: closedList(tokens), isBuiltin: false };
  }
  if (!tokens.take("[")) return { kind: "variable", name };
  const index = tokens.enclosed(() => parseExpressionList(tokens));
  tokens.expect("]");
  return { kind: "element", array: name, index };
}

/** `getline`, `getline line`, `getline < "file"`. */
function plainGetline(tokens: TokenStream): Expression {
  const into = optionalPlace(tokens);
  if (!tokens.take("<")) return { kind: "getline", from: "input", source: undefined, into };
  return { kind: "getline", from: "file", source: postfix(tokens), into };
}

function optionalPlace(tokens: TokenStream): Place | undefined {
  if (tokens.peek().kind !== "name" && !tokens.isAt("$")) return undefined;
  const place = primary(tokens);
  return isPlace(place) ? place : tokens.unexpected();
}
