import { compileRegex } from "../../regex/regex.ts";
import { RegexError } from "../../regex/syntax.ts";
import type { ProcessInfo } from "../../runtime/container.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { badRegex } from "../bad-regex.ts";
import { Failure, reasonOf } from "../failure.ts";
import { commandName } from "./ps.ts";
import { takeSignal } from "./signal-names.ts";

const help = `
	-l	Show command name too
	-a	Show command line too
	-f	Match against entire command line
	-n	Show the newest process only
	-o	Show the oldest process only
	-v	Negate the match
	-x	Match whole name (not substring)
	-P	Match parent process ID
	-u	Match user`;

export const pgrep = applet({
  names: ["pgrep"],
  usage: "[-flanovx] [-s SID|-P PPID|PATTERN]",
  help: `\nDisplay process(es) selected by regex PATTERN\n${help}`,
  options: {
    short: "lafnovxcP:u:d:",
    long: { full: "f", newest: "n", oldest: "o", exact: "x", count: "c", parent: "P" },
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, out } = call;
    const found = selected(call);
    if (options.has("c")) await out.print(`${found.length}\n`);
    else {
      const separator = options.value("d") ?? "\n";
      const texts = found.map(
        (info) =>
          String(info.pid) +
          (options.has("a") ? ` ${info.command.join(" ")}` : options.has("l") ? ` ${commandName(info)}` : ""),
      );
      if (texts.length > 0) await out.print(`${texts.join(separator)}\n`);
    }
    return found.length === 0 ? 1 : 0;
  },
});

export const pkill = applet({
  names: ["pkill"],
  usage: "[-l|-SIGNAL] [-xfvno] [-s SID|-P PPID|PATTERN]",
  help: `\nSend signal to processes selected by regex PATTERN\n${help}`,
  options: { short: "lafnovxcP:u:Z:", long: { full: "f", newest: "n", oldest: "o", exact: "x", signal: "Z" } },
  directory: "/usr/bin",
  rewrite: (args) => {
    const { signal, rest } = takeSignal(args);
    return rest.length === args.length ? args : [`-Z${signal}`, ...rest];
  },
  async run(call) {
    const { signal } = takeSignal([`-s`, call.options.value("Z") ?? "TERM"]);
    const found = selected(call);
    let exitCode = found.length === 0 ? 1 : 0;
    for (const { pid } of found) {
      try {
        if (signal !== 0) call.process.kill(pid, signal);
      } catch (error) {
        await call.complain(`can't kill pid ${pid}: ${reasonOf(error)}`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

function selected(call: Call): readonly ProcessInfo[] {
  const { process, options, operands } = call;
  const [pattern] = operands;
  if (operands.length > 1 || (pattern === undefined && options.last("Pu") === undefined)) throw new UsageError();
  const matches = matcher(pattern ?? "", options.has("x"));
  const parent = options.value("P");
  const user = options.value("u");
  const found = [...process.container.processes.values()]
    .filter((info) => info.pid !== process.pid)
    .filter((info) => matches(options.has("f") ? info.command.join(" ") : commandName(info)) !== options.has("v"))
    .filter((info) => parent === undefined || String(info.parentPid) === parent)
    .filter((info) => user === undefined || info.user === user)
    .toSorted((a, b) => a.pid - b.pid);
  const only = options.last("no");
  if (only === undefined) return found;
  return only === "n" ? found.slice(-1) : found.slice(0, 1);
}

function matcher(pattern: string, exact: boolean): (text: string) => boolean {
  try {
    const regex = compileRegex(exact ? `^(${pattern})$` : pattern, { extended: true });
    return (text) => regex.test(text);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(badRegex(pattern, error), 2);
    throw error;
  }
}
