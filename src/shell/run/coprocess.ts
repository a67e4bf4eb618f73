import type { Coproc } from "unbash";

import { Elements } from "../elements.ts";
import { freeNumber } from "../expand/process-substitution.ts";
import type { Shell } from "../shell.ts";
import type { Compiler } from "./compiler.ts";
import { addJob } from "./jobs.ts";
import type { Step } from "./outcome.ts";
import { forkSubshell } from "./subshell.ts";

/** Bash's `coproc`: a job that the shell reads from and writes to by the descriptors in `${COPROC[@]}`. */
export function compileCoprocess(node: Coproc, compiler: Compiler): Step {
  if (!compiler.dialect.bash) throw compiler.unexpected(node, "coproc");
  const body = node.body.type === "CompoundList" ? compiler.list(node.body) : compiler.node(node.body);
  const text = compiler.text(node);
  const name = node.name?.value ?? "COPROC";
  return async (shell) => {
    const { process, options } = shell;
    const [input, output] = [process.pipe(), process.pipe()];
    const child = forkSubshell(shell, body, {
      descriptors: new Map([
        [0, input.read],
        [1, output.write],
      ]),
      ...(options.monitor ? { group: "new" as const } : {}),
    });
    input.read.release();
    output.write.release();
    const from = keep(shell, output.read);
    const to = keep(shell, input.write);
    shell.variables.setArray(
      name,
      Elements.of([
        ["0", String(from)],
        ["1", String(to)],
      ]),
    );
    shell.variables.set(`${name}_PID`, String(child.pid));
    shell.lastBackground = child.pid;
    const job = addJob(shell, { children: [child], text, group: options.monitor ? child.pid : undefined });
    if (options.interactive) await shell.warn(`[${job.number}] ${child.pid}\n`);
    return (shell.status = 0);
  };
}

function keep(shell: Shell, descriptor: Parameters<Shell["process"]["setDescriptor"]>[1]): number {
  const number = freeNumber(shell);
  shell.process.setDescriptor(number, descriptor);
  return number;
}
