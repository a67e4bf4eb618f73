import { arithmetic } from "./arithmetic.ts";
import { compileBuiltin } from "./builtins.ts";
import { compileCall } from "./calls.ts";
import { arrayOf, type Code, indexCode, type Scope } from "./compile.ts";
import { compileGetline } from "./getline.ts";
import { after } from "./maybe.ts";
import { compilePlace } from "./places.ts";
import type { Expression } from "./syntax.ts";
import { compareValues, isTrue, toNumber, type Value } from "./value.ts";

/** Turns an expression into a function that computes it. */
export function compileExpression(expression: Expression, scope: Scope): Code {
  const { machine } = scope;
  const compile = (inner: Expression) => compileExpression(inner, scope);
  switch (expression.kind) {
    case "number":
    case "string": {
      const { value } = expression;
      return () => value;
    }
    case "variable":
    case "element":
    case "field":
      return compilePlace(expression, scope, compile).get;
    case "regex": {
      const regex = machine.regex(expression.source);
      return () => Number(regex.test(machine.text(machine.record.whole)));
    }
    case "assign":
    case "increment":
      return compileAssignment(expression, scope);
    case "unary":
      return unary(expression.operator, compile(expression.operand));
    case "binary":
      return binary(expression, scope);
    case "and":
    case "or":
      return logical(expression.kind, compile(expression.left), compile(expression.right));
    case "conditional": {
      const [test, yes, no] = [compile(expression.test), compile(expression.yes), compile(expression.no)];
      return () => after(test(), (value) => (isTrue(value) ? yes() : no()));
    }
    case "match":
      return matching(expression, scope);
    case "in": {
      const index = indexCode(machine, expression.index.map(compile));
      const array = arrayOf(scope, expression.array);
      return () => after(index(), (key) => Number(array().has(key)));
    }
    case "call":
      return expression.isBuiltin
        ? compileBuiltin(expression, scope, compile)
        : compileCall(expression, scope, compile);
    case "group":
      return grouped(expression.values.map(compile), scope);
    default:
      return compileGetline(expression, scope, compile);
  }
}

/** Parentheses around one value; a list of several is only a subscript. */
function grouped(codes: readonly Code[], { machine }: Scope): Code {
  const [only] = codes;
  return codes.length === 1 && only ? only : indexCode(machine, codes);
}

function compileAssignment(expression: Expression & { kind: "assign" | "increment" }, scope: Scope): Code {
  const compile = (inner: Expression) => compileExpression(inner, scope);
  const place = compilePlace(expression.place, scope, compile);
  if (expression.kind === "increment") {
    const { by, prefix } = expression;
    return () =>
      after(place.resolve(), (reference) => {
        const before = toNumber(reference.get());
        reference.set(before + by);
        return prefix ? before + by : before;
      });
  }
  const { operator } = expression;
  const value = compile(expression.value);
  if (operator === "") return () => after(value(), (assigned) => place.set(assigned));
  const compute = arithmetic(operator);
  return () =>
    after(value(), (right) =>
      after(place.resolve(), (reference) => {
        const result = compute(toNumber(reference.get()), toNumber(right));
        reference.set(result);
        return result;
      }),
    );
}

function unary(operator: "!" | "-" | "+", operand: Code): Code {
  if (operator === "!") return () => after(operand(), (value) => Number(!isTrue(value)));
  return operator === "-"
    ? () => after(operand(), (value) => -toNumber(value))
    : () => after(operand(), (value) => toNumber(value));
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function binary({ operator, left, right }: Expression & { kind: "binary" }, scope: Scope): Code {
  const { machine } = scope;
  const first = compileExpression(left, scope);
  const second = compileExpression(right, scope);
  const combine = (use: (a: Value, b: Value) => Value): Code => {
    return () => {
      const a = first();
      if (a instanceof Promise) return a.then((value) => after(second(), (other) => use(value, other)));
      return after(second(), (other) => use(a, other));
    };
  };
  if (operator === " ") return combine((a, b) => machine.joined(machine.text(a), machine.text(b)));
  const compare = comparisons[operator];
  if (compare) return combine((a, b) => Number(compare(compareValues(a, b, machine.setting("CONVFMT")))));
  const compute = arithmetic(operator);
  return combine((a, b) => compute(toNumber(a), toNumber(b)));
}

function logical(kind: "and" | "or", left: Code, right: Code): Code {
  return () =>
    after(left(), (value) => {
      const known = isTrue(value);
      if (known === (kind === "or")) return Number(known);
      return after(right(), (other) => Number(isTrue(other)));
    });
}

function matching({ text, pattern, negated }: Expression & { kind: "match" }, scope: Scope): Code {
  const { machine } = scope;
  const subject = compileExpression(text, scope);
  if (pattern.kind === "regex") {
    const regex = machine.regex(pattern.source);
    return () => after(subject(), (value) => Number(regex.test(machine.text(value)) !== negated));
  }
  const source = compileExpression(pattern, scope);
  return () =>
    after(subject(), (value) =>
      after(source(), (dynamic) => Number(machine.regex(machine.text(dynamic)).test(machine.text(value)) !== negated)),
    );
}
