import { SystemError } from "../../runtime/process.ts";
import { decodeText } from "../../runtime/text.ts";
import { expandAliases, expandsAliases } from "../aliases.ts";
import { ShellError } from "../jumps.ts";
import { isIncomplete } from "../parser.ts";
import type { Shell } from "../shell.ts";
import { syntaxError } from "./compile.ts";
import { tell } from "./end.ts";
import { readLine } from "./input-reader.ts";
import type { Step } from "./outcome.ts";
import { type Prepared, prepared, preparedOnce } from "./prepared.ts";
import { breathe } from "./traps.ts";

/** How a text is run. */
export interface ScriptOptions {
  /** The number of its first line. */
  readonly firstLine?: number;
  /** It is all there is, from line 1: its last command may take over the process. */
  readonly isAll?: boolean;
}

/**
 * Runs a script, command by command: one that comes before a syntax error has run when that is found.
 * Throws what ends a shell.
 */
export async function runScript(shell: Shell, text: string, options: ScriptOptions = {}): Promise<number> {
  const { isAll = false, firstLine = shell.line } = options;
  const script = isAll ? preparedOnce(shell.dialect, text) : prepared(shell.dialect, text, firstLine);
  const { parsed } = script;
  let status = 0;
  for (let index = 0; index < parsed.commands.length; index++) {
    const isTail = isAll && !parsed.failure && index === parsed.commands.length - 1;
    status = await runCommand(shell, script, index, isTail);
  }
  if (parsed.failure) throw syntaxError(shell.dialect, parsed.source, parsed.failure);
  return status;
}

/** Runs the commands that stdin gives, reading no further than each needs. */
export async function runStandardInput(shell: Shell): Promise<number> {
  let status = 0;
  let firstLine = 1;
  let text = "";
  for (;;) {
    const line = await nextLine(shell);
    text += line ?? "";
    if (line !== undefined && isIncomplete(text)) continue;
    status = await runScript(shell, text, { firstLine });
    if (line === undefined) return status;
    firstLine += text.split("\n").length - 1;
    text = "";
  }
}

async function nextLine(shell: Shell): Promise<string | undefined> {
  try {
    const line = await readLine(shell, 0);
    return line && `${decodeText(line.bytes)}${line.isWhole ? "\n" : ""}`;
  } catch (error) {
    if (error instanceof SystemError && error.code === "EBADF") return undefined;
    throw error;
  }
}

async function runCommand(shell: Shell, script: Prepared, index: number, isTail: boolean): Promise<number> {
  const { parsed } = script;
  const { text } = parsed.source;
  const position = parsed.commands[index]?.position ?? 0;
  const source = text.slice(position, parsed.commands[index + 1]?.position ?? text.length);
  if (shell.options.verbose) await shell.warn(source.endsWith("\n") ? source : `${source}\n`);
  if (shell.options.noexec && !shell.options.interactive) return 0;
  const expanded = expandsAliases(shell) ? expandAliases(source, shell.aliases) : source;
  if (expanded !== source) return runWithoutAliases(shell, expanded, parsed.source.lineAt(position));
  const { tested } = shell;
  try {
    return await script.step(index, isTail)(shell);
  } catch (error) {
    if (!(error instanceof ShellError) || error.fatal) throw error;
    shell.tested = tested;
    await tell(shell, error);
    return (shell.status = error.status);
  } finally {
    if (shell.isDue()) await breathe(shell);
  }
}

async function runWithoutAliases(shell: Shell, text: string, firstLine: number): Promise<number> {
  const script = prepared(shell.dialect, text, firstLine);
  const { parsed } = script;
  const steps: Step[] = parsed.commands.map((_command, index) => script.step(index, false));
  if (parsed.failure) throw syntaxError(shell.dialect, parsed.source, parsed.failure);
  let status = 0;
  for (const step of steps) status = await step(shell);
  return status;
}
