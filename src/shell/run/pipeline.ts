import type { Pipeline } from "unbash";

import type { Child, Descriptor } from "../../runtime/process.ts";
import type { Shell } from "../shell.ts";
import { conclude, whileTested } from "./check.ts";
import type { Compiler } from "./compiler.ts";
import { addJob, waitInForeground } from "./jobs.ts";
import type { Job } from "./jobs.ts";
import type { Outcome, Step } from "./outcome.ts";
import { forkSubshell } from "./subshell.ts";
import { timed } from "./timed.ts";

/** `a | b`, `! a`, `time a`. */
export function compilePipeline(node: Pipeline, compiler: Compiler): Step {
  const negations = node.prefixes.filter(({ type }) => type === "Negation").length;
  const extra = node.prefixes[1];
  if (negations > 1 && extra && !compiler.dialect.bash) throw compiler.unexpected(extra, "!");
  const elements = compileElements(node, compiler);
  const [only] = node.commands;
  const text = compiler.text(node);
  const run: Step =
    node.commands.length === 1 && only
      ? compiler.node(only)
      : async (shell) => {
          const job = startPipeline(shell, elements, { text });
          const outcome = conclude(shell, await waitInForeground(shell, job));
          shell.pipeStatuses = job.statuses;
          return outcome;
        };
  const counted = node.prefixes.some(({ type }) => type === "Time") ? timed(run) : run;
  if (negations === 0) return counted;
  return (shell) => {
    const outcome = whileTested(shell, () => counted(shell));
    return typeof outcome === "number" ? negated(shell, outcome) : outcome.then((status) => negated(shell, status));
  };

  function negated(shell: Shell, status: number): Outcome {
    shell.status = negations % 2 === 0 ? status : status === 0 ? 1 : 0;
    return shell.status;
  }
}

/** A process of a pipeline; `withErrors`: `|&`. */
export interface PipelineElement {
  readonly body: Step;
  readonly withErrors: boolean;
}

export function compileElements(node: Pipeline, compiler: Compiler): PipelineElement[] {
  return node.commands.map((command, index) => {
    const withErrors = node.operators[index] === "|&";
    if (withErrors && !compiler.dialect.extended) throw compiler.unexpected(command, "&");
    const { pos, end } = command;
    return { body: compiler.tail([{ type: "Statement", pos, end, command, background: undefined }]), withErrors };
  });
}

/** How a pipeline is started. */
export interface PipelineStart {
  readonly text: string;
  /** Nobody waits for it: without job control it reads nothing and Ctrl-C does not reach it. */
  readonly background?: boolean;
}

export function startPipeline(
  shell: Shell,
  elements: readonly PipelineElement[],
  { text, background = false }: PipelineStart,
): Job {
  const { process, options } = shell;
  const children: Child[] = [];
  let group: number | undefined;
  let input: Descriptor | undefined;
  const deaf = background && !options.monitor;
  if (deaf && process.descriptors.has(0)) input = process.open("/dev/null", "read");
  elements.forEach(({ body, withErrors }, index) => {
    const pipe = index < elements.length - 1 ? process.pipe() : undefined;
    const descriptors = new Map<number, Descriptor>();
    if (input) descriptors.set(0, input);
    if (pipe) descriptors.set(1, pipe.write);
    if (pipe && withErrors) descriptors.set(2, pipe.write);
    const child = forkSubshell(shell, body, {
      descriptors,
      deaf,
      ...(options.monitor ? { group: group ?? "new" } : {}),
    });
    if (options.monitor) group ??= child.pid;
    children.push(child);
    input?.release();
    pipe?.write.release();
    input = pipe?.read;
  });
  return addJob(shell, { children, text, group });
}
