import { spendOrThrow } from "./effort.ts";
import { type Assertion, type Node, type Range, RegexError, wordRanges } from "./syntax.ts";

/** A step of the compiled pattern. Numbers are indexes of steps. */
type Step =
  | { readonly kind: "set"; readonly accepts: (code: number) => boolean }
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "match" };

/** Where the whole match and each group begin and end: two numbers each, -1 for none. */
export type Slots = readonly number[];

/** Finds the leftmost, then longest match in time proportional to text times pattern. */
export interface Machine {
  readonly size: number;
  run(text: string, from: number): Slots | undefined;
}

const mostSteps = 20_000;

/** Thompson's construction, run with all states in step. https://swtch.com/~rsc/regexp/regexp2.html */
export function createMachine(
  root: Node,
  { groups, ignoreCase, multiline }: { groups: number; ignoreCase: boolean; multiline: boolean },
): Machine {
  const steps: Step[] = [];
  const add = (step: Step) => {
    if (steps.push(step) > mostSteps) throw new RegexError("Out of memory");
    return steps.length - 1;
  };
  add({ kind: "save", slot: 0 });
  compile(root, { steps, add, ignoreCase });
  add({ kind: "save", slot: 1 });
  add({ kind: "match" });
  return { size: steps.length, run: (text, from) => simulate({ steps, text, multiline, slots: 2 * groups + 2 }, from) };
}

interface Compiler {
  readonly steps: Step[];
  add(step: Step): number;
  readonly ignoreCase: boolean;
}

function compile(node: Node, compiler: Compiler): void {
  switch (node.kind) {
    case "set":
      compiler.add({ kind: "set", accepts: membership(node.ranges, node.negated, compiler.ignoreCase) });
      return;
    case "assertion":
      compiler.add(node);
      return;
    case "group":
      compiler.add({ kind: "save", slot: 2 * node.index });
      compile(node.body, compiler);
      compiler.add({ kind: "save", slot: 2 * node.index + 1 });
      return;
    case "sequence":
      for (const item of node.items) compile(item, compiler);
      return;
    case "choice":
      compileChoice(node.branches, compiler);
      return;
    case "repeat":
      compileRepeat(node, compiler);
      return;
    case "reference":
      throw new RegexError("Invalid back reference");
  }
}

function compileChoice(branches: readonly Node[], compiler: Compiler): void {
  const jumps: number[] = [];
  for (const [index, branch] of branches.entries()) {
    if (index === branches.length - 1) compile(branch, compiler);
    else {
      const split = compiler.add({ kind: "split", first: compiler.steps.length + 1, second: -1 });
      compile(branch, compiler);
      jumps.push(compiler.add({ kind: "jump", to: -1 }));
      patch(compiler, split);
    }
  }
  for (const jump of jumps) patch(compiler, jump);
}

function compileRepeat({ body, min, max }: Node & { kind: "repeat" }, compiler: Compiler): void {
  for (let i = 0; i < min; i++) compile(body, compiler);
  if (Number.isFinite(max)) {
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      splits.push(compiler.add({ kind: "split", first: compiler.steps.length + 1, second: -1 }));
      compile(body, compiler);
    }
    for (const split of splits) patch(compiler, split);
    return;
  }
  const split = compiler.add({ kind: "split", first: compiler.steps.length + 1, second: -1 });
  compile(body, compiler);
  compiler.add({ kind: "jump", to: split });
  patch(compiler, split);
}

/** Points a forward jump at the next step. */
function patch({ steps }: Compiler, index: number): void {
  const step = steps[index];
  if (step?.kind === "jump") step.to = steps.length;
  if (step?.kind === "split") step.second = steps.length;
}

function membership(ranges: readonly Range[], negated: boolean, ignoreCase: boolean): (code: number) => boolean {
  const within = (code: number) => ranges.some(([from, to]) => code >= from && code <= to);
  if (!ignoreCase) return negated ? (code) => !within(code) : within;
  return (code) => {
    const character = String.fromCodePoint(code);
    const lower = character.toLowerCase().codePointAt(0) ?? code;
    const upper = character.toUpperCase().codePointAt(0) ?? code;
    return (within(code) || within(lower) || within(upper)) !== negated;
  };
}

interface Run {
  readonly steps: readonly Step[];
  readonly text: string;
  readonly multiline: boolean;
  readonly slots: number;
}

interface Thread {
  readonly step: number;
  readonly slots: Slots;
}

function simulate(run: Run, from: number): Slots | undefined {
  const { steps, text } = run;
  const visited = new Int32Array(steps.length).fill(-1);
  let threads: Thread[] = [];
  let best: Slots | undefined;
  for (let at = from; at <= text.length;) {
    if (best === undefined) follow(run, { threads, visited, at }, { step: 0, slots: emptySlots(run.slots) });
    if (threads.length === 0 && best !== undefined) return best;
    const code = text.codePointAt(at);
    const after = at + (code !== undefined && code > 0xffff ? 2 : 1);
    const advanced: Thread[] = [];
    spendOrThrow(threads.length);
    for (const thread of threads) {
      const step = steps[thread.step];
      if (best !== undefined && (thread.slots[0] ?? 0) > (best[0] ?? 0)) continue;
      if (step?.kind === "match") best = better(best, thread.slots);
      else if (step?.kind === "set" && code !== undefined && step.accepts(code)) {
        follow(run, { threads: advanced, visited, at: after }, { step: thread.step + 1, slots: thread.slots });
      }
    }
    threads = advanced;
    at = after;
  }
  return best;
}

function emptySlots(count: number): Slots {
  return Array.from({ length: count }, () => -1);
}

function better(best: Slots | undefined, found: Slots): Slots {
  const [start = 0, end = 0] = found;
  const [bestStart = 0, bestEnd = 0] = best ?? [];
  return best === undefined || start < bestStart || (start === bestStart && end > bestEnd) ? found : best;
}

/** Adds the states reachable without reading, in order of preference. */
function follow(run: Run, into: { threads: Thread[]; visited: Int32Array; at: number }, from: Thread): void {
  const pending = [from];
  for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
    if (into.visited[thread.step] === into.at) continue;
    into.visited[thread.step] = into.at;
    const step = run.steps[thread.step];
    const { slots } = thread;
    if (step?.kind === "jump") pending.push({ step: step.to, slots });
    else if (step?.kind === "split") pending.push({ step: step.second, slots }, { step: step.first, slots });
    else if (step?.kind === "save") pending.push({ step: thread.step + 1, slots: slots.with(step.slot, into.at) });
    else if (step?.kind === "assertion") {
      if (holds(step.what, run, into.at)) pending.push({ step: thread.step + 1, slots });
    } else into.threads.push(thread);
  }
}

function holds(what: Assertion, { text, multiline }: Run, at: number): boolean {
  const before = isWord(text.codePointAt(at - 1));
  const after = isWord(text.codePointAt(at));
  switch (what) {
    case "start":
      return at === 0 || (multiline && text[at - 1] === "\n");
    case "end":
      return at === text.length || (multiline && text[at] === "\n");
    case "text-start":
      return at === 0;
    case "text-end":
      return at === text.length;
    case "word-start":
      return !before && after;
    case "word-end":
      return before && !after;
    case "boundary":
      return before !== after;
    default:
      return before === after;
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && wordRanges.some(([from, to]) => code >= from && code <= to);
}
