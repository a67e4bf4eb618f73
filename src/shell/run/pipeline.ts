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
          if (shell.switches.has("lastpipe") && !shell.options.monitor) return runLastHere(shell, elements, text);
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

/** `shopt -s lastpipe`: the last command runs in the shell itself, so that what it sets stays. */
async function runLastHere(shell: Shell, elements: readonly PipelineElement[], text: string): Promise<number> {
  const pipe = shell.process.pipe();
  const last = elements.at(-1);
  const job = startPipeline(shell, elements.slice(0, -1), { text, output: pipe.write });
  pipe.write.release();
  const before = shell.process.descriptors.get(0)?.retain() ?? null;
  shell.process.setDescriptor(0, pipe.read);
  let status: number;
  try {
    status = await (last?.here?.(shell) ?? 0);
  } finally {
    shell.process.setDescriptor(0, before);
  }
  await waitInForeground(shell, job);
  const statuses = [...(job.statuses ?? []), status];
  const failed = shell.options.pipefail ? statuses.findLast((one) => one !== 0) : undefined;
  const outcome = conclude(shell, failed ?? status);
  shell.pipeStatuses = statuses;
  return outcome;
}

/** A process of a pipeline; `withErrors`: `|&`. */
export interface PipelineElement {
  readonly body: Step;
  /** The same without a process of its own. */
  readonly here?: Step;
  readonly withErrors: boolean;
}

export function compileElements(node: Pipeline, compiler: Compiler): PipelineElement[] {
  return node.commands.map((command, index) => {
    const withErrors = node.operators[index] === "|&";
    if (withErrors && !compiler.dialect.extended) throw compiler.unexpected(command, "&");
    const { pos, end } = command;
    const body = compiler.tail([{ type: "Statement", pos, end, command, background: undefined }]);
    const step = compiler.node(command);
    return { body, here: (shell) => whileTested(shell, () => step(shell)), withErrors };
  });
}

/** How a pipeline is started. */
export interface PipelineStart {
  readonly text: string;
  /** Nobody waits for it: without job control it reads nothing and Ctrl-C does not reach it. */
  readonly background?: boolean;
  /** Where the last one writes; as the shell unless given. */
  readonly output?: Descriptor;
}

export function startPipeline(
  shell: Shell,
  elements: readonly PipelineElement[],
  { text, background = false, output }: PipelineStart,
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
    const out = pipe?.write ?? output;
    if (out) descriptors.set(1, out);
    if (out && withErrors) descriptors.set(2, out);
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
