import { Return, ShellError } from "../jumps.ts";
import type { Shell, ShellFunction } from "../shell.ts";
import { after } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { runTrap } from "./traps.ts";

const mostCalls = 4000;
/** Calls deeper than this go on from a fresh stack. */
const callsPerStack = 30;

/** Calls a function with its arguments as `$1` and so on. */
export function callFunction(shell: Shell, called: ShellFunction, argv: readonly string[]): Outcome {
  const depth = shell.functionNames.length;
  if (depth >= mostCalls) throw new ShellError(`${argv[0]}: maximum function nesting level exceeded (${mostCalls})`);
  if (depth % callsPerStack !== callsPerStack - 1) return enter(shell, called, argv);
  return shell.process.pause().then(() => enter(shell, called, argv));
}

function enter(shell: Shell, called: ShellFunction, argv: readonly string[]): Outcome {
  const { positional, loopDepth, tested } = shell;
  shell.positional = argv.slice(1);
  // In busybox `break` reaches the loop around the call.
  if (shell.dialect.name !== "ash") shell.loopDepth = 0;
  shell.functionNames.push(argv[0] ?? "");
  shell.variables.enter();
  const leave = () => {
    shell.variables.leave();
    shell.bringOptionsBack();
    shell.functionNames.pop();
    shell.positional = positional;
    shell.loopDepth = loopDepth;
    shell.tested = tested;
  };
  if (!shell.dialect.bash) return settle(() => called.run(shell), leave);
  return settle(() => withReturnTrap(shell, () => called.run(shell)), leave);
}

/** Bash's RETURN trap: after a sourced file, and after functions that set it or under `set -T`. */
export function withReturnTrap(shell: Shell, run: () => Outcome): Outcome {
  const outer = shell.options.functrace ? undefined : shell.traps.get("RETURN");
  if (outer !== undefined && shell.sourceDepth === 0) shell.traps.delete("RETURN");
  const outcome = settle(run, () => {});
  if (outer === undefined && !shell.traps.has("RETURN")) return outcome;
  return after(outcome, async (status) => {
    await runTrap(shell, "RETURN");
    if (outer !== undefined && !shell.traps.has("RETURN")) shell.traps.set("RETURN", outer);
    return status;
  });
}

/** Runs what `return` returns from; `leave` is called in any case. */
export function settle(run: () => Outcome, leave: () => void): Outcome {
  let outcome: Outcome;
  try {
    outcome = run();
  } catch (error) {
    leave();
    return returned(error);
  }
  if (typeof outcome === "number") {
    leave();
    return outcome;
  }
  return outcome.then(
    (status) => {
      leave();
      return status;
    },
    (error: unknown) => {
      leave();
      return returned(error);
    },
  );
}

function returned(error: unknown): number {
  if (error instanceof Return) return error.status;
  throw error;
}
