import { abbreviate } from "../builtins/directory.ts";
import { textOf } from "../expand/emit.ts";
import { sourceOf } from "../parser.ts";
import { createCompiler } from "../run/compile.ts";
import type { Shell } from "../shell.ts";

/** PS1 or PS2 as it is shown; `\[` and `\]` become the marks 1 and 2 around what takes no room. */
export async function expandPrompt(shell: Shell, name: "PS1" | "PS2"): Promise<string> {
  const raw = shell.variables.get(name) ?? (name === "PS1" ? "$ " : "> ");
  const decoded = shell.dialect.extended ? decodeEscapes(shell, raw) : raw;
  if (!/[$`\\]/.test(decoded)) return decoded;
  const compiler = createCompiler(shell.dialect, sourceOf(decoded, shell.line));
  const { status } = shell;
  const text = await textOf(shell, compiler.words.template(decoded, shell.line));
  shell.status = status;
  return text;
}

function decodeEscapes(shell: Shell, prompt: string): string {
  return prompt.replace(/\\([0-7]{3}|.)/gs, (whole, code: string) => {
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return escapes[code]?.(shell) ?? whole;
  });
}

const escapes: Readonly<Record<string, (shell: Shell) => string>> = {
  w: (shell) => abbreviate(shell.process.cwd, shell.variables.get("HOME")),
  W: (shell) => abbreviate(shell.process.cwd, shell.variables.get("HOME")).replace(/^.*\/(?=.)/, ""),
  u: (shell) => shell.process.user.name,
  h: (shell) => shell.process.container.hostname.replace(/\..*$/, ""),
  H: (shell) => shell.process.container.hostname,
  $: (shell) => (shell.process.user.uid === 0 ? "#" : "$"),
  s: (shell) => shell.name.replace(/^-|^.*\//g, ""),
  t: (shell) => new Date(shell.process.clock.now()).toISOString().slice(11, 19),
  A: (shell) => new Date(shell.process.clock.now()).toISOString().slice(11, 16),
  d: (shell) => new Date(shell.process.clock.now()).toUTCString().replace(/^(\w+), (\d+) (\w+).*$/, "$1 $3 $2"),
  j: (shell) => String(shell.jobs.length),
  "!": (shell) => String((shell.history?.entries.length ?? 0) + 1),
  "#": (shell) => String((shell.history?.entries.length ?? 0) + 1),
  n: () => "\n",
  r: () => "\r",
  e: () => "\x1b",
  a: () => "\x07",
  "[": () => "\x01",
  "]": () => "\x02",
  "\\": () => "\\\\",
};
