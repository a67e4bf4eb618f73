import type { Statement } from "unbash";

import type { Compiler } from "./compiler.ts";
import type { Step } from "./outcome.ts";
import { compileElements, startPipeline } from "./pipeline.ts";
import type { PipelineElement } from "./pipeline.ts";

/** `command &`. */
export function compileBackground(statement: Statement, compiler: Compiler): Step {
  const { command } = statement;
  const text = compiler.text(command);
  const elements: PipelineElement[] =
    command.type === "Pipeline" && command.commands.length > 1 && command.prefixes.length === 0
      ? compileElements(command, compiler)
      : [{ body: compiler.tail([{ ...plain(statement), background: undefined }]), withErrors: false }];
  return async (shell) => {
    const job = startPipeline(shell, elements, { text, background: true });
    const pid = job.pids.at(-1);
    shell.lastBackground = pid;
    shell.status = 0;
    if (shell.options.interactive && shell.dialect.bash) await shell.warn(`[${job.number}] ${pid}\n`);
    return 0;
  };
}

function plain({ type, pos, end, command }: Statement): Omit<Statement, "background"> {
  return { type, pos, end, command };
}
