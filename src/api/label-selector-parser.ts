import { type LabelOperator, type LabelRequirement, requirementErrors } from "./label-requirement.ts";
import { qualifiedNameErrors } from "./label-syntax.ts";
import { badRequest, invalid } from "./status.ts";

/**
 * The requirements of a selector such as `app=web,tier in (a,b),!canary`, sorted by key.
 * Throws BadRequest, worded as upstream.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function parseRequirements(text: string): readonly LabelRequirement[] {
  const tokens = new Tokens(text);
  const requirements: LabelRequirement[] = [];
  while (tokens.peek().type !== "end") {
    requirements.push(parseRequirement(tokens));
    const { type, text: literal } = tokens.take();
    if (type === "end") break;
    if (type !== ",") throw badRequest(`found '${literal}', expected: ',' or 'end of string'`);
    const next = tokens.peek();
    if (next.type !== "word" && next.type !== "!") {
      throw badRequest(`found '${next.text}', expected: identifier after ','`);
    }
  }
  return requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

type Symbol = "!" | "(" | ")" | "," | "=" | "==" | "!=" | ">" | "<";

interface Token {
  readonly type: "word" | "end" | Symbol;
  readonly text: string;
}

const tokenPattern = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+))/gu;
const end: Token = { type: "end", text: "" };

class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(tokenPattern)].map(([, symbol, word = ""]) =>
      symbol === undefined ? { type: "word", text: word } : { type: symbol as Symbol, text: symbol },
    );
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? end;
  }

  take(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }
}

function parseRequirement(tokens: Tokens): LabelRequirement {
  const first = tokens.peek();
  if (first.type !== "word" && first.type !== "!") {
    throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
  }
  if (first.type === "!") tokens.take();
  const key = takeKey(tokens);
  const next = tokens.peek().type;
  if (first.type === "!") return { key, operator: "!", values: [] };
  if (next === "end" || next === ",") return { key, operator: "exists", values: [] };
  const operator = takeOperator(tokens);
  const values = operator === "in" || operator === "notin" ? takeList(tokens) : [takeExact(tokens)];
  const requirement = { key, operator, values };
  const errors = requirementErrors(requirement).map(({ field, message }) => `${field}: ${message}`);
  if (errors.length > 0) throw unparsable(errors.length === 1 ? (errors[0] ?? "") : `[${errors.join(", ")}]`);
  return requirement;
}

/** Upstream has no path to name here, and says so. */
function takeKey(tokens: Tokens): string {
  const { type, text } = tokens.take();
  if (type !== "word") throw unparsable(`found '${text}', expected: identifier`);
  const errors = qualifiedNameErrors(text);
  if (errors.length > 0) throw unparsable(`<nil>: ${invalid("", text, errors.join("; ")).message}`);
  return text;
}

const operators: Readonly<Record<string, LabelOperator>> = {
  in: "in",
  notin: "notin",
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
};

function takeOperator(tokens: Tokens): LabelOperator {
  const { text } = tokens.take();
  const operator = Object.hasOwn(operators, text) ? operators[text] : undefined;
  if (!operator) throw unparsable(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  return operator;
}

function takeExact(tokens: Tokens): string {
  const { type } = tokens.peek();
  if (type === "end" || type === ",") return "";
  const token = tokens.take();
  if (token.type !== "word") throw unparsable(`found '${token.text}', expected: identifier`);
  return token.text;
}

/** `(a,b)`; an empty place between commas is the empty value. */
function takeList(tokens: Tokens): readonly string[] {
  const open = tokens.take();
  if (open.type !== "(") throw unparsable(`found '${open.text}' expected: '('`);
  const { type, text } = tokens.peek();
  if (type !== "word" && type !== "," && type !== ")") {
    throw unparsable(`found '${text}', expected: ',', ')' or identifier`);
  }
  const values = new Set<string>();
  for (;;) {
    const value = tokens.peek().type === "word" ? tokens.take().text : "";
    values.add(value);
    const separator = tokens.take();
    if (separator.type === ")") return [...values].toSorted();
    if (separator.type === ",") continue;
    throw unparsable(`found '${separator.text}', expected: ${value === "" ? "',', or identifier" : "',' or ')'"}`);
  }
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
