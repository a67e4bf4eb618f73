import type { ArithmeticFor, For, Select, While } from "unbash";

import { decodeText } from "../../runtime/text.ts";
import { evaluateArithmetic } from "../arithmetic/evaluate.ts";
import { compileArithmeticText } from "../expand/arithmetic-expansion.ts";
import { FieldSink } from "../expand/sink.ts";
import { LoopJump } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { whileTested } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import { readLine } from "./input-reader.ts";
import type { Outcome, Step } from "./outcome.ts";
import { breathe } from "./traps.ts";
import { traceCommand } from "./xtrace.ts";

/** Whether there is another turn; 0 says yes, as a status does. */
type Advance = (shell: Shell) => Outcome;

export function compileWhile({ kind, clause, body }: While, compiler: Compiler): Step {
  const condition = compiler.list(clause);
  const repeated = compiler.list(body);
  const verdict = kind === "while" ? (status: number) => status : (status: number) => (status === 0 ? 1 : 0);
  return (shell) =>
    runLoop(shell, repeated, (within) => {
      const outcome = whileTested(within, () => condition(within));
      return typeof outcome === "number" ? verdict(outcome) : outcome.then(verdict);
    });
}

export function compileFor(node: For, compiler: Compiler): Step {
  const name = node.name.value;
  const body = compiler.list(node.body);
  const words = compileWords(node, compiler);
  const list = node.wordlist?.map((word) => ` ${compiler.text(word)}`).join("") ?? ' "$@"';
  const head = `for ${name} in${list}`;
  return async (shell) => {
    const values = await words(shell);
    let at = 0;
    return runLoop(shell, body, (within) => {
      const value = values[at++];
      if (value === undefined) return 1;
      within.variables.set(name, value);
      if (!within.options.xtrace || !within.dialect.bash) return 0;
      return traceCommand(within, compiler.words, [head]).then(() => 0);
    });
  };
}

/** Bash's `for ((i = 0; i < 3; i++))`. */
export function compileArithmeticFor(node: ArithmeticFor, compiler: Compiler): Step {
  if (!compiler.dialect.bash) throw compiler.unexpected(node, "(");
  const { initialize, test, update } = node;
  const [start, condition, step] = [initialize, test, update].map((expression) =>
    expression ? compileArithmeticText(compiler.text(expression), compiler.words, compiler.line(node)) : undefined,
  );
  const body = compiler.list(node.body);
  return async (shell) => {
    if (start) evaluateArithmetic(shell, await start(shell));
    let isFirst = true;
    return runLoop(shell, body, async (within) => {
      if (!isFirst && step) evaluateArithmetic(within, await step(within));
      isFirst = false;
      return condition && evaluateArithmetic(within, await condition(within)) === 0 ? 1 : 0;
    });
  };
}

/** Bash's `select`: a menu on stderr, an answer from stdin. */
export function compileSelect(node: Select, compiler: Compiler): Step {
  if (!compiler.dialect.bash) throw compiler.unexpected(node, node.name.text);
  const name = node.name.value;
  const body = compiler.list(node.body);
  const words = compileWords(node, compiler);
  return async (shell) => {
    const values = await words(shell);
    const menu = values.map((value, index) => `${index + 1}) ${value}\n`).join("");
    return runLoop(shell, body, async (within) => {
      await within.warn(`${menu}${within.variables.get("PS3") ?? "#? "}`);
      const line = await readLine(within, 0);
      if (line === undefined) return 1;
      const answer = decodeText(line.bytes).trim();
      within.variables.set("REPLY", answer);
      within.variables.set(name, values[Number(answer) - 1] ?? "");
      return 0;
    });
  };
}

function compileWords({ wordlist }: For | Select, compiler: Compiler): (shell: Shell) => Promise<readonly string[]> {
  if (!wordlist) return (shell) => Promise.resolve(shell.positional);
  const emits = wordlist.flatMap((word) => compiler.words.arguments(word));
  return async (shell) => {
    const sink = new FieldSink(shell);
    for (const emit of emits) {
      await emit(shell, sink);
      sink.end();
    }
    return sink.fields;
  };
}

/** Repeats `body` while `advance` says 0; the status is the last body's. */
async function runLoop(shell: Shell, body: Step, advance: Advance): Promise<number> {
  const { tested } = shell;
  let status = 0;
  shell.loopDepth++;
  try {
    for (;;) {
      if (shell.isDue()) await breathe(shell);
      const outcome = turn(shell, body, advance);
      const done = outcome instanceof Promise ? await outcome : outcome;
      if (done === undefined) break;
      status = done;
    }
  } catch (jump) {
    status = leaveLoop(shell, jump);
  } finally {
    shell.loopDepth--;
  }
  shell.tested = tested;
  shell.status = status;
  return status;
}

/** One turn: the body's status; undefined when there is none left. `continue` ends it early. */
function turn(shell: Shell, body: Step, advance: Advance): number | undefined | Promise<number | undefined> {
  const { tested } = shell;
  try {
    const more = advance(shell);
    if (typeof more !== "number") return finishTurn(shell, body, more);
    if (more !== 0) return undefined;
    const outcome = body(shell);
    return typeof outcome === "number" ? outcome : outcome.catch((jump: unknown) => continued(shell, jump, tested));
  } catch (jump) {
    return continued(shell, jump, tested);
  }
}

async function finishTurn(shell: Shell, body: Step, more: Promise<number>): Promise<number | undefined> {
  const { tested } = shell;
  try {
    return (await more) === 0 ? await body(shell) : undefined;
  } catch (jump) {
    return continued(shell, jump, tested);
  }
}

function continued(shell: Shell, jump: unknown, tested: number): number {
  if (!(jump instanceof LoopJump) || jump.kind === "break" || jump.levels > 1) throw jump;
  shell.tested = tested;
  return 0;
}

/** A jump that reaches this loop ends here; one that goes further is thrown on. */
function leaveLoop(shell: Shell, jump: unknown): number {
  if (!(jump instanceof LoopJump)) throw jump;
  if (jump.levels > 1 && shell.loopDepth > 1) throw new LoopJump(jump.kind, jump.levels - 1);
  return 0;
}
