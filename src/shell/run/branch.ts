import type { Case, CaseItem, If } from "unbash";

import { patternOf, textOf } from "../expand/emit.ts";
import type { Emit } from "../expand/emit.ts";
import { matchesPattern } from "../expand/pattern.ts";
import type { Shell } from "../shell.ts";
import { whileTested } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import { after } from "./outcome.ts";
import type { Outcome, Step } from "./outcome.ts";
import { traceCommand } from "./xtrace.ts";

export function compileIf(node: If, compiler: Compiler): Step {
  const branches = [node, ...node.elif].map(({ clause, then }) => ({
    clause: compiler.list(clause),
    body: compiler.list(then),
  }));
  const otherwise = node.else && compiler.list(node.else);
  return (shell) => choose(shell, 0);

  function choose(shell: Shell, at: number): Outcome {
    const branch = branches[at];
    if (!branch) return otherwise ? otherwise(shell) : (shell.status = 0);
    const outcome = whileTested(shell, () => branch.clause(shell));
    if (typeof outcome === "number") return outcome === 0 ? branch.body(shell) : choose(shell, at + 1);
    return outcome.then((status) => (status === 0 ? branch.body(shell) : choose(shell, at + 1)));
  }
}

interface Arm {
  readonly patterns: readonly Emit[];
  readonly body: Step;
  readonly terminator: CaseItem["terminator"];
}

export function compileCase(node: Case, compiler: Compiler): Step {
  const subject = compiler.words.pattern(node.word);
  const arms: Arm[] = node.items.map(({ pattern, body, terminator }) => ({
    patterns: pattern.map((word) => compiler.words.pattern(word)),
    body: body.commands.length > 0 ? compiler.list(body) : (shell) => (shell.status = 0),
    terminator,
  }));
  const head = `case ${compiler.text(node.word)} in`;
  const run: Step = (shell) =>
    after(textOf(shell, subject), (text) => tryArm(shell, { arms, text, at: 0, pattern: 0 }));
  return (shell) => {
    if (!shell.options.xtrace || !shell.dialect.bash) return run(shell);
    return traceCommand(shell, compiler.words, [head]).then(() => run(shell));
  };
}

interface CaseState {
  readonly arms: readonly Arm[];
  readonly text: string;
  readonly at: number;
  readonly pattern: number;
}

function tryArm(shell: Shell, state: CaseState): Outcome {
  const { arms, text, at, pattern } = state;
  const arm = arms[at];
  if (!arm) return (shell.status = 0);
  const emit = arm.patterns[pattern];
  if (!emit) return tryArm(shell, { arms, text, at: at + 1, pattern: 0 });
  const wanted = patternOf(shell, emit);
  return wanted instanceof Promise ? wanted.then(decide) : decide(wanted);

  function decide(known: string): Outcome {
    if (matchesPattern(known, text, { extended: shell.dialect.bash })) return runArm(shell, state);
    return tryArm(shell, { ...state, pattern: pattern + 1 });
  }
}

/** `;&` falls through into the next arm, `;;&` goes on matching. */
function runArm(shell: Shell, { arms, text, at }: CaseState): Outcome {
  const arm = arms[at];
  if (!arm) return shell.status;
  if (arm.terminator === ";&")
    return after(arm.body(shell), () => runArm(shell, { arms, text, at: at + 1, pattern: 0 }));
  if (arm.terminator === ";;&")
    return after(arm.body(shell), () => tryArm(shell, { arms, text, at: at + 1, pattern: 0 }));
  return arm.body(shell);
}
