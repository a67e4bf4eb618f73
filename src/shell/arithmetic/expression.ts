import { operations, parseInteger, wrap } from "./integer.ts";
import type { Integer } from "./integer.ts";
import { tokenize } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** What an expression reads and writes. */
export interface ArithmeticScope {
  read(name: string, index?: Integer): Integer;
  write(name: string, value: Integer, index?: Integer): void;
}

/** A compiled arithmetic expression. Throws ArithmeticError. */
export type Expression = (scope: ArithmeticScope) => Integer;

/** `base`: a digit that is none in its number's base; `character`: one that begins nothing. */
export type ArithmeticFault = "syntax" | "trailing" | "division" | "base" | "character";

export class ArithmeticError extends Error {
  readonly kind: ArithmeticFault;
  /** From where on it is wrong, where that is not the last token. */
  readonly from: string | undefined;

  constructor(kind: ArithmeticFault, from?: string) {
    super(kind);
    this.kind = kind;
    this.from = from;
  }
}

const cacheLimit = 500;
const cache = new Map<string, Expression>();

/** Throws ArithmeticError when it is not an expression. */
export function compileExpression(text: string): Expression {
  const known = cache.get(text);
  if (known) return known;
  const expression = new ExpressionParser(text).parse();
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(text, expression);
  return expression;
}

/** Weakest first. */
const levels: readonly (readonly string[])[] = [
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

interface Place {
  readonly name: string;
  readonly index?: Expression;
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    const tokens = tokenize(text);
    if (!Array.isArray(tokens)) throw new ArithmeticError("character", tokens.unknown);
    this.#tokens = tokens;
  }

  parse(): Expression {
    if (this.#peek().kind === "end") return () => 0;
    const expression = this.#comma();
    if (this.#peek().kind !== "end") throw new ArithmeticError("trailing");
    return expression;
  }

  #comma(): Expression {
    let left = this.#assignment();
    while (this.#accept(",")) {
      const first = left;
      const right = this.#assignment();
      left = (scope) => {
        first(scope);
        return right(scope);
      };
    }
    return left;
  }

  #assignment(): Expression {
    const start = this.#at;
    const place = this.#place();
    const operator = place && this.#peek().kind === "operator" ? this.#peek().text : "";
    if (!place || !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) {
      this.#at = start;
      return this.#ternary();
    }
    this.#at++;
    const value = this.#assignment();
    if (operator === "=") return (scope) => write(scope, place, value(scope));
    const operation = operator.slice(0, -1);
    return (scope) => write(scope, place, apply(operation, read(scope, place), value(scope)));
  }

  #ternary(): Expression {
    const test = this.#or();
    if (!this.#accept("?")) return test;
    const yes = this.#comma();
    this.#expect(":");
    const no = this.#assignment();
    return (scope) => (test(scope) === 0 ? no(scope) : yes(scope));
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#accept("||")) {
      const first = left;
      const right = this.#and();
      left = (scope) => (first(scope) !== 0 || right(scope) !== 0 ? 1 : 0);
    }
    return left;
  }

  #and(): Expression {
    let left = this.#binary(0);
    while (this.#accept("&&")) {
      const first = left;
      const right = this.#binary(0);
      left = (scope) => (first(scope) !== 0 && right(scope) !== 0 ? 1 : 0);
    }
    return left;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const { kind, text } = this.#peek();
      const operation = operations[text];
      if (kind !== "operator" || !operation || !operators.includes(text)) return left;
      this.#at++;
      const first = left;
      const right = this.#binary(level + 1);
      left = (scope) => checked(operation(first(scope), right(scope)));
    }
  }

  #power(): Expression {
    const base = this.#unary();
    if (!this.#accept("**")) return base;
    const exponent = this.#power();
    return (scope) => apply("**", base(scope), exponent(scope));
  }

  #unary(): Expression {
    const { kind, text } = this.#peek();
    if (kind !== "operator") return this.#postfix();
    if (text === "++" || text === "--") return this.#prefixStep(text);
    if (!/^[-+!~]$/.test(text)) return this.#postfix();
    this.#at++;
    const operand = this.#unary();
    if (text === "-") return (scope) => apply("-", 0, operand(scope));
    if (text === "!") return (scope) => (operand(scope) === 0 ? 1 : 0);
    return text === "~" ? (scope) => wrap(~BigInt(operand(scope))) : operand;
  }

  /** `++x`; before anything but a variable it is two signs. */
  #prefixStep(operator: string): Expression {
    this.#at++;
    const start = this.#at;
    const place = this.#place();
    if (place) return (scope) => write(scope, place, apply(operator.slice(1), read(scope, place), 1));
    this.#at = start;
    return this.#unary();
  }

  #postfix(): Expression {
    const token = this.#peek();
    if (token.kind === "name") return this.#variable();
    this.#at++;
    if (token.kind === "number") {
      const value = parseInteger(token.text);
      if (value === undefined) throw new ArithmeticError("base", token.text);
      return () => value;
    }
    if (token.text !== "(") throw new ArithmeticError("syntax");
    const inner = this.#comma();
    this.#expect(")");
    return inner;
  }

  #variable(): Expression {
    const place = this.#place();
    if (!place) throw new ArithmeticError("syntax");
    const step = this.#accept("++") ? "+" : this.#accept("--") ? "-" : undefined;
    if (step === undefined) return place.index ? (scope) => read(scope, place) : (scope) => scope.read(place.name);
    return (scope) => {
      const value = read(scope, place);
      write(scope, place, apply(step, value, 1));
      return value;
    };
  }

  #place(): Place | undefined {
    const { kind, text } = this.#peek();
    if (kind !== "name") return undefined;
    this.#at++;
    if (!this.#accept("[")) return { name: text };
    const index = this.#comma();
    this.#expect("]");
    return { name: text, index };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #accept(operator: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== "operator" || text !== operator) return false;
    this.#at++;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#accept(operator)) throw new ArithmeticError("syntax");
  }
}

function apply(operator: string, left: Integer, right: Integer): Integer {
  return checked(operations[operator]?.(left, right));
}

function checked(value: Integer | undefined): Integer {
  if (value === undefined) throw new ArithmeticError("division");
  return value;
}

function read(scope: ArithmeticScope, { name, index }: Place): Integer {
  return index ? scope.read(name, index(scope)) : scope.read(name);
}

function write(scope: ArithmeticScope, { name, index }: Place, value: Integer): Integer {
  if (index) scope.write(name, value, index(scope));
  else scope.write(name, value);
  return value;
}
