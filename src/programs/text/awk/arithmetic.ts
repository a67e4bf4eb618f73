import { Failure } from "../../failure.ts";

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / nonZero(b),
  "%": (a, b) => a % nonZero(b),
  "^": (a, b) => a ** b,
};

export function arithmetic(operator: string): (a: number, b: number) => number {
  const operation = operations[operator];
  if (operation === undefined) throw new Failure(`cmd. line:1: Unexpected token`);
  return operation;
}

function nonZero(divisor: number): number {
  if (divisor === 0) throw new Failure("cmd. line:1: Division by zero", 2);
  return divisor;
}
