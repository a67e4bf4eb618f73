import type { Terminal } from "../../runtime/terminal.ts";
import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";

export const clear = applet({
  names: ["clear"],
  usage: "",
  help: "Clear screen",
  options: "x",
  directory: "/usr/bin",
  async run({ out }) {
    await out.print("\u001B[H\u001B[J");
  },
});

export const reset = applet({
  names: ["reset"],
  usage: "",
  help: "Reset terminal (ESC codes) and termios (signals, buffering, echo)",
  options: "",
  directory: "/usr/bin",
  async run({ process, out }) {
    if (process.terminal) Object.assign(process.terminal, { mode: "cooked", echo: true });
    if (process.stdout.isTerminal) await out.print("\u001Bc\u001B(B\u001B[m\u001B[J\u001B[?25h");
  },
});

export const tty = applet({
  names: ["tty"],
  usage: "[-s]",
  help: "Print file name of stdin's terminal\n\n\t-s\tPrint nothing, only return exit status",
  options: { short: "s", long: { silent: "s", quiet: "s" } },
  directory: "/usr/bin",
  async run({ process, options, out }) {
    const { isTerminal } = process.stdin;
    if (!options.has("s")) await out.print(isTerminal ? "/dev/pts/0\n" : "not a tty\n");
    return isTerminal ? 0 : 1;
  },
});

export const stty = applet({
  names: ["stty"],
  usage: "[-a|g] [-F DEVICE] [SETTING]...",
  help: `
Without arguments, prints baud rate, line discipline,
and deviations from stty sane

	-F DEVICE	Open device instead of stdin
	-a		Print all current settings in human-readable form
	-g		Print in stty-readable form
	[SETTING]	size, raw, cooked, sane, [-]echo, [-]icanon`,
  options: { short: "agF:", endAtOperand: true },
  rewrite: (args) => (/^-[agF]/u.test(args[0] ?? "") ? args : ["--", ...args]),
  async run(call) {
    const { terminal, stdin } = call.process;
    if (!stdin.isTerminal || terminal === undefined)
      throw new Failure({
        busybox: "standard input: Not a tty",
        gnu: "'standard input': Inappropriate ioctl for device",
      });
    const { options, operands, out } = call;
    if (options.has("g")) await out.print(`${Number(terminal.echo)}:${terminal.mode}\n`);
    else if (operands.length === 0) await out.print(settingsText(call, options.has("a")));
    await apply(call, operands);
  },
});

const changes: Readonly<Record<string, Partial<Pick<Terminal, "mode" | "echo">>>> = {
  raw: { mode: "raw" },
  "-cooked": { mode: "raw" },
  cbreak: { mode: "cbreak" },
  "-icanon": { mode: "cbreak" },
  cooked: { mode: "cooked" },
  "-raw": { mode: "cooked" },
  icanon: { mode: "cooked" },
  "-cbreak": { mode: "cooked" },
  echo: { echo: true },
  "-echo": { echo: false },
  sane: { mode: "cooked", echo: true },
};

async function apply({ process, out }: Call, settings: readonly string[]): Promise<void> {
  const { terminal } = process;
  if (terminal === undefined) return;
  for (let at = 0; at < settings.length; at++) {
    const setting = settings[at] ?? "";
    const change = changes[setting];
    if (setting === "size") await out.print(`${terminal.height} ${terminal.width}\n`);
    else if (setting === "speed") await out.print("38400\n");
    else if (setting === "min" || setting === "time") at++;
    else if (/^[01]:(?:cooked|cbreak|raw)$/u.test(setting)) restore(terminal, setting);
    else if (change !== undefined) Object.assign(terminal, change);
    else throw new Failure(known.test(setting) ? `${setting}: not simulated` : `invalid argument '${setting}'`);
  }
}

/** What -g printed. */
function restore(terminal: Terminal, saved: string): void {
  terminal.echo = saved.startsWith("1");
  const mode = saved.slice(2);
  if (mode === "cooked" || mode === "cbreak" || mode === "raw") terminal.mode = mode;
}

const known =
  /^-?(?:rows|cols|columns|erase|kill|intr|quit|susp|eof|isig|ixon|ixoff|icrnl|opost|onlcr|iexten|echoe|echok|echonl|cs8)$/u;

function settingsText({ process: { terminal } }: Call, all: boolean): string {
  const size = all ? ` rows ${terminal?.height ?? 24}; columns ${terminal?.width ?? 80};` : " line = 0;";
  const flags = [
    ...(terminal?.mode === "cooked" ? (all ? ["icanon"] : []) : ["-icanon"]),
    ...(terminal?.echo === true ? (all ? ["echo"] : []) : ["-echo"]),
  ].join(" ");
  return `speed 38400 baud;${size}\n${flags === "" ? "" : `${flags}\n`}`;
}
