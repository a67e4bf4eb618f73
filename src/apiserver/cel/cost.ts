import type { ASTNode } from "@marcbachmann/cel-js";

import { anything, listOfSize, scalar, type Sized, textOfSize } from "../custom-resources/sizes.ts";
import { isNode } from "./ast-node.ts";

/** What the values that an expression names are like. */
export type Sizes = ReadonlyMap<string, Sized>;

interface Estimate {
  readonly cost: number;
  readonly of: Sized;
}

const listCost = 10;
const mapCost = 30;
/** A text is looked through ten characters at a time, so to say. */
const perCharacter = 0.1;
const perPatternCharacter = 0.25;

/**
 * How much work an expression is at the most, in CEL's units: one for each name, field and call, and for loops what is
 * in them as often as they run. https://kubernetes.io/docs/reference/using-api/cel/#resource-constraints
 */
export function costOf(node: ASTNode, sizes: Sizes): number {
  return estimate(node, sizes).cost;
}

function estimate(node: ASTNode, sizes: Sizes): Estimate {
  switch (node.op) {
    case "value":
      return { cost: 0, of: typeof node.args === "string" ? textOfSize(node.args.length) : scalar };
    case "id":
      return { cost: 1, of: sizes.get(node.args) ?? scalar };
    case ".":
    case ".?": {
      const { cost, of } = estimate(node.args[0], sizes);
      return { cost: cost + 1, of: of.at(node.args[1]) };
    }
    case "rcall":
      return estimateMethod(node.args, sizes);
    case "call":
      return estimateCall(node.args, sizes);
    default:
      return estimateOperator(node, sizes);
  }
}

function estimateOperator(node: ASTNode, sizes: Sizes): Estimate {
  const operands = operandsOf(node.args);
  const parts = operands.map((operand) => estimate(operand, sizes));
  const sum = total(parts);
  const [left = nothing, right = nothing, last = nothing] = parts;
  switch (node.op) {
    case "[]":
    case "[?]":
      return { cost: sum + 1, of: left.of.at() };
    case "&&":
    case "||":
      return { cost: sum, of: scalar };
    case "?:":
      return { cost: left.cost + Math.max(right.cost, last.cost), of: larger(right.of, last.of) };
    case "in":
      return { cost: sum + right.of.size, of: scalar };
    case "+":
      return { cost: sum + scanned(left.of.size + right.of.size), of: joined(left.of, right.of) };
    case "list":
      return { cost: sum + listCost, of: listOfSize(parts.length, parts.map(({ of }) => of).reduce(larger, scalar)) };
    case "map":
      return { cost: sum + mapCost, of: anything };
    default:
      return { cost: sum + scanned(Math.min(left.of.size, right.of.size)), of: scalar };
  }
}

const nothing: Estimate = { cost: 0, of: scalar };

/** What a loop costs each time round beside its body, and when it begins. */
const loops: Readonly<Record<string, { readonly perRound: number; readonly start: number }>> = {
  all: { perRound: 3, start: 1 },
  exists: { perRound: 4, start: 1 },
  exists_one: { perRound: 3, start: 2 },
  filter: { perRound: 13, start: listCost + 1 },
  map: { perRound: 12, start: listCost + 1 },
};

type MethodArgs = readonly [name: string, receiver: ASTNode, args: readonly ASTNode[]];

function estimateMethod([name, receiver, args]: MethodArgs, sizes: Sizes): Estimate {
  const loop = loops[name];
  const [variable] = args;
  if (loop && variable?.op === "id") {
    const range = estimate(receiver, sizes);
    const inner = new Map(sizes).set(variable.args, range.of.each);
    const bodies = args.slice(1).map((body) => estimate(body, inner));
    const cost = range.cost + loop.start + range.of.size * (loop.perRound + total(bodies));
    const item = name === "map" ? (bodies.at(-1)?.of ?? scalar) : range.of.each;
    return { cost, of: name === "map" || name === "filter" ? listOfSize(range.of.size, item) : scalar };
  }
  return estimateFunction(name, [receiver, ...args], sizes);
}

function estimateCall([name, args]: readonly [name: string, args: readonly ASTNode[]], sizes: Sizes): Estimate {
  if (name !== "has") return estimateFunction(name, args, sizes);
  return { cost: total(args.map((one) => estimate(one, sizes))), of: scalar };
}

function estimateFunction(name: string, args: readonly ASTNode[], sizes: Sizes): Estimate {
  const parts = args.map((one) => estimate(one, sizes));
  const [first = nothing, second = nothing] = parts;
  const own = functionCosts[name]?.(first.of.size, second.of.size) ?? 1;
  return { cost: total(parts) + own, of: keepsSize.has(name) ? first.of : scalar };
}

/** Functions that look at all of what they are given, by the sizes of it. */
const functionCosts: Readonly<Record<string, (first: number, second: number) => number>> = {
  contains: (text, part) => scanned(text) * scanned(part),
  startsWith: (_, part) => scanned(part),
  endsWith: (_, part) => scanned(part),
  matches: (text, pattern) => scanned(text + 1) * Math.ceil(pattern * perPatternCharacter),
  find: (text, pattern) => scanned(text + 1) * Math.ceil(pattern * perPatternCharacter),
  findAll: (text, pattern) => scanned(text + 1) * Math.ceil(pattern * perPatternCharacter),
  isSorted: (list) => list,
  sum: (list) => list,
  max: (list) => list,
  min: (list) => list,
  indexOf: (list) => list,
  lastIndexOf: (list) => list,
  ...Object.fromEntries(
    ["lowerAscii", "upperAscii", "replace", "split", "substring", "trim", "join", "reverse", "charAt"]
      .concat(["string", "bytes", "url", "isURL", "quantity", "isQuantity", "ip", "isIP", "cidr", "isCIDR"])
      .map((name) => [name, (text: number) => scanned(text)]),
  ),
};

const keepsSize = new Set(
  ["lowerAscii", "upperAscii", "replace", "split", "substring", "trim", "join", "reverse"].concat([
    "string",
    "bytes",
    "orValue",
  ]),
);

function scanned(size: number): number {
  return Math.ceil(size * perCharacter);
}

function total(parts: readonly Estimate[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

function larger(one: Sized, other: Sized): Sized {
  return other.size > one.size ? other : one;
}

function joined(one: Sized, other: Sized): Sized {
  return one.size === 1 && other.size === 1 ? scalar : listOfSize(one.size + other.size, larger(one, other).each);
}

function operandsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((one) => operandsOf(one));
  return isNode(args) ? [args] : [];
}
