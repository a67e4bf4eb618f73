import type { Dialect } from "../dialects/dialect.ts";
import { type Parsed, parseScript } from "../parser.ts";
import { createCompiler } from "./compile.ts";
import type { Step } from "./outcome.ts";

/** A script, read. Its commands are compiled when they are first run. */
export interface Prepared {
  readonly parsed: Parsed;
  /** Throws ShellError. `isTail`: nothing follows, the command may take over the process. */
  step(index: number, isTail: boolean): Step;
}

const mostRemembered = 200;
const longestRemembered = 16_384;
const remembered = new WeakMap<Dialect, Map<string, Prepared>>();

/** What many containers run is read once: steps keep nothing of the shell that runs them. */
export function preparedOnce(dialect: Dialect, text: string): Prepared {
  if (text.length > longestRemembered) return prepared(dialect, text, 1);
  const known = remembered.get(dialect) ?? new Map<string, Prepared>();
  remembered.set(dialect, known);
  const script = known.get(text) ?? prepared(dialect, text, 1);
  known.delete(text);
  known.set(text, script);
  const [oldest] = known.keys();
  if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
  return script;
}

export function prepared(dialect: Dialect, text: string, firstLine: number): Prepared {
  const parsed = parseScript(text, firstLine);
  const compiler = createCompiler(dialect, parsed.source);
  const steps: (Step | undefined)[] = [];
  return {
    parsed,
    step(index, isTail) {
      const statements = parsed.commands[index]?.statements ?? [];
      return (steps[index] ??= isTail ? compiler.tail(statements) : compiler.statements(statements));
    },
  };
}
