import { SystemError } from "../../runtime/process.ts";
import { decodeText } from "../../runtime/text.ts";
import { Exit, Interrupted, LoopJump, Return, ShellError } from "../jumps.ts";
import { isIncomplete } from "../parser.ts";
import { statusAfter } from "../run/end.ts";
import { readLine } from "../run/input-reader.ts";
import { tellNews } from "../run/jobs.ts";
import { runScript } from "../run/script.ts";
import type { Shell } from "../shell.ts";
import { History } from "./history.ts";
import { editLine } from "./line-editor.ts";
import type { Edited } from "./line-editor.ts";
import { expandPrompt } from "./prompt.ts";

/** Talks with a user: prompt, command, prompt. The status is the last command's. */
export async function runSession(shell: Shell): Promise<number> {
  shell.history ??= new History();
  for (;;) {
    await tellNews(shell);
    await runPromptCommand(shell);
    const typed = await withKeys(shell, () => readCommand(shell));
    if (typed === "end") {
      await shell.warn(shell.dialect.bash ? "exit\n" : "\n");
      if (!(await mayLeave(shell))) continue;
      return shell.status;
    }
    if (typed === "interrupted") shell.status = 130;
    else await runTyped(shell, typed.text);
  }
}

/** Bash runs PROMPT_COMMAND before each prompt. */
async function runPromptCommand(shell: Shell): Promise<void> {
  const command = shell.dialect.bash ? shell.variables.get("PROMPT_COMMAND") : undefined;
  if (!command) return;
  const { status } = shell;
  await runTyped(shell, command);
  shell.status = status;
}

async function mayLeave(shell: Shell): Promise<boolean> {
  const stopped = shell.jobs.some(({ state }) => state === "stopped");
  if (!stopped || shell.warnedOfJobs) return true;
  shell.warnedOfJobs = true;
  await shell.warn("You have stopped jobs.\n");
  return false;
}

/** The terminal hands over keys as they come, until a command is there to run. */
async function withKeys<Result>({ process: { terminal } }: Shell, read: () => Promise<Result>): Promise<Result> {
  if (!terminal) return read();
  const { mode } = terminal;
  terminal.mode = "raw";
  try {
    return await read();
  } finally {
    terminal.mode = mode;
  }
}

/** A whole command, over as many lines as it takes. */
async function readCommand(shell: Shell): Promise<Edited> {
  let text = "";
  for (;;) {
    const line = await readTyped(shell, await expandPrompt(shell, text === "" ? "PS1" : "PS2"));
    if (line === "interrupted") return line;
    if (line === "end") return text === "" ? "end" : { text };
    shell.history?.add(line.text);
    text += `${line.text}\n`;
    if (!isIncomplete(text)) return { text };
  }
}

async function readTyped(shell: Shell, prompt: string): Promise<Edited> {
  if (shell.process.terminal && shell.process.descriptors.get(0)?.kind === "terminal") return editLine(shell, prompt);
  await shell.warn(prompt.replace(/[\x01\x02]/g, ""));
  const line = await readLine(shell, 0);
  return line ? { text: decodeText(line.bytes) } : "end";
}

async function runTyped(shell: Shell, text: string): Promise<void> {
  shell.tested = 0;
  shell.loopDepth = 0;
  shell.isLast = false;
  try {
    const { warnedOfJobs } = shell;
    await runScript(shell, text, { firstLine: 1 });
    if (warnedOfJobs) shell.warnedOfJobs = false;
  } catch (error) {
    if (error instanceof Exit) throw error;
    const isKnown = [Interrupted, ShellError, Return, LoopJump, SystemError].some((kind) => error instanceof kind);
    if (!isKnown) throw error;
    if (error instanceof Interrupted) await shell.warn("\n");
    shell.status = await statusAfter(shell, error);
    shell.functionNames = [];
    shell.builtin = undefined;
  }
}
