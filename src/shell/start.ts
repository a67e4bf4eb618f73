import { SystemError } from "../runtime/process.ts";
import type { Process, Program } from "../runtime/process.ts";
import { builtins } from "./builtins/index.ts";
import { setOptions } from "./builtins/set.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { Elements } from "./elements.ts";
import { runSession } from "./interactive/session.ts";
import { Exit, ShellError } from "./jumps.ts";
import { runToEnd } from "./run/end.ts";
import { runScript, runStandardInput } from "./run/script.ts";
import { guardInteractive } from "./run/traps.ts";
import { Shell } from "./shell.ts";
import type { Interpreter } from "./shell.ts";
import { isName } from "./variables.ts";

/** The shell of a dialect as a program: `-c script`, a file, or what stdin gives; a session on a terminal. */
export function shellProgram(dialect: Dialect): Program {
  return async (process) => {
    const shell = createShell(dialect, process);
    return runToEnd(shell, async () => {
      const invocation = await readArguments(shell, process.argv);
      return start(shell, invocation);
    });
  };
}

const interpreter: Interpreter = {
  builtins: new Map(builtins.flatMap((builtin) => builtin.names.map((name) => [name, builtin]))),
  evaluate: (shell, text) => runScript(shell, text),
  runFile(dialect, process, path, argv) {
    const shell = createShell(dialect, process);
    shell.positional = argv.slice(1);
    return runToEnd(shell, () => runFile(shell, path));
  },
};

function createShell(dialect: Dialect, process: Process): Shell {
  const shell = new Shell(process, dialect, interpreter);
  const { variables } = shell;
  for (const [name, value] of process.env) {
    if (!isName(name)) continue;
    variables.set(name, value);
    variables.export(name);
  }
  if (dialect.bash) {
    shell.options.braceexpand = true;
    shell.options.hashall = true;
  }
  const isRoot = process.user.uid === 0;
  const defaults: Record<string, string> = {
    IFS: " \t\n",
    OPTIND: "1",
    PPID: String(process.parentPid),
    PS2: "> ",
    PS4: "+ ",
    ...(variables.get("PATH") === undefined
      ? { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }
      : {}),
    ...(dialect.bash ? bashVariables(shell) : {}),
  };
  for (const [name, value] of Object.entries(defaults)) variables.set(name, value);
  if (variables.get("PS1") === undefined) variables.set("PS1", isRoot ? dialect.prompt.root : dialect.prompt.user);
  variables.set("PWD", process.cwd);
  if (dialect.bash)
    variables.setArray("BASH_VERSINFO", Elements.of(bashVersion.map((part, at) => [String(at), part] as const)));
  if (dialect.extended) {
    variables.set("SHLVL", String((Number(variables.get("SHLVL")) || 0) + 1));
    variables.export("SHLVL");
  }
  variables.export("PWD");
  if (dialect.bash) variables.export("OLDPWD");
  return shell;
}

const bashVersion = ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"] as const;

function bashVariables({ process }: Shell): Record<string, string> {
  return {
    BASH: "/bin/bash",
    BASH_VERSION: "5.2.15(1)-release",
    MACHTYPE: "x86_64-pc-linux-gnu",
    EUID: String(process.user.uid),
    HOSTNAME: process.container.hostname,
    HOSTTYPE: "x86_64",
    OSTYPE: "linux-gnu",
    UID: String(process.user.uid),
  };
}

/** What a shell was asked to do. */
interface Invocation {
  readonly script: string | undefined;
  readonly file: string | undefined;
  readonly isLogin: boolean;
}

async function readArguments(shell: Shell, argv: readonly string[]): Promise<Invocation> {
  const words = argv.slice(1);
  let isCommand = false;
  let isLogin = argv[0]?.startsWith("-") === true;
  for (let word = words[0]; word !== undefined && /^[-+]./.test(word); word = words[0]) {
    words.shift();
    if (word === "--") break;
    if (word.startsWith("--")) {
      if (word === "--login") isLogin = true;
      else await readLongOption(shell, word);
      continue;
    }
    isCommand ||= word.startsWith("-") && word.includes("c");
    isLogin ||= word.startsWith("-") && word.includes("l");
    const rest = word.slice(1).replace(/[cl]/g, "");
    if (rest.includes("o")) await setOptions(shell, [word[0] + rest, words.shift() ?? ""]);
    else if (rest !== "") await setOptions(shell, [word[0] + rest]);
  }
  const script = isCommand ? words.shift() : undefined;
  shell.isCommand = isCommand;
  if (isCommand && script === undefined)
    throw new ShellError(shell.dialect.bash ? "-c: option requires an argument" : "-c requires an argument", 2);
  const file = isCommand || shell.options.stdin ? undefined : words.shift();
  if (isCommand && words.length > 0) {
    shell.name = words.shift() ?? shell.name;
    if (shell.dialect.name === "ash") shell.builtin = undefined;
  }
  shell.positional = words;
  return { script, file, isLogin };
}

async function readLongOption(shell: Shell, option: string): Promise<void> {
  if (shell.dialect.bash && option === "--version") {
    await shell.print("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n");
    throw new Exit(0);
  }
  if (shell.dialect.bash && /^--(?:norc|noprofile|posix|noediting)$/.test(option)) {
    shell.switches.add(option);
    return;
  }
  throw new ShellError(shell.dialect.illegalOption(option), 2);
}

async function start(shell: Shell, { script, file, isLogin }: Invocation): Promise<number> {
  const { options, process } = shell;
  const isTerminal = (number: number) => process.descriptors.get(number)?.kind === "terminal";
  if (script === undefined && file === undefined && isTerminal(0) && isTerminal(2)) options.interactive = true;
  if (options.interactive) becomeInteractive(shell);
  if (isLogin) await runProfiles(shell);
  else if (options.interactive) await runStartFile(shell);
  if (script !== undefined) return runScript(shell, script, { firstLine: 1, isAll: true });
  if (file !== undefined) return runFile(shell, file);
  if (!options.interactive) {
    options.stdin = true;
    return runStandardInput(shell);
  }
  return runSession(shell);
}

function becomeInteractive(shell: Shell): void {
  shell.options.monitor = shell.process.terminal !== undefined;
  if (shell.dialect.bash) shell.switches.add("expand_aliases");
  guardInteractive(shell);
}

async function runProfiles(shell: Shell): Promise<void> {
  if (shell.switches.has("--noprofile")) return;
  await runIfThere(shell, "/etc/profile");
  await runIfThere(shell, `${shell.variables.get("HOME") ?? ""}/.profile`);
}

/** Bash's rc files; other shells read the file that ENV names. */
async function runStartFile(shell: Shell): Promise<void> {
  if (!shell.dialect.bash) return runIfThere(shell, shell.variables.get("ENV") ?? "");
  if (shell.switches.has("--norc")) return;
  await runIfThere(shell, "/etc/bash.bashrc");
  await runIfThere(shell, `${shell.variables.get("HOME") ?? ""}/.bashrc`);
}

async function runIfThere(shell: Shell, path: string): Promise<void> {
  const { files } = shell.process;
  if (!path.startsWith("/") || !files.exists(path)) return;
  shell.fileDepth++;
  await runScript(shell, files.readText(path), { firstLine: 1 });
  shell.fileDepth--;
}

async function runFile(shell: Shell, path: string): Promise<number> {
  const text = readScript(shell, path);
  shell.name = path;
  shell.fileDepth++;
  return runScript(shell, text, { firstLine: 1 });
}

/** A name without a slash may also be found in PATH, except in dash. */
function readScript(shell: Shell, path: string): string {
  const { process, dialect } = shell;
  try {
    return process.files.readText(process.resolve(path));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new ShellError(
      dialect.cannotOpenScript(path, error),
      error.code === "ENOENT" ? (dialect.name === "dash" ? 2 : 127) : 126,
    );
  }
}
