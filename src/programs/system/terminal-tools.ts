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
    if (process.terminal) process.terminal.mode = "cooked";
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

/** Raw and without echo are one thing to this terminal, cooked and with echo the other. */
export const stty = applet({
  names: ["stty"],
  usage: "[-a|g] [-F DEVICE] [SETTING]...",
  help: `
Without arguments, prints baud rate, line discipline,
and deviations from stty sane

	-F DEVICE	Open device instead of stdin
	-a		Print all current settings in human-readable form
	-g		Print in stty-readable form
	[SETTING]	size, raw, cooked, sane, echo, -echo`,
  options: { short: "agF:", endAtOperand: true },
  rewrite: (args) => (/^-[agF]/u.test(args[0] ?? "") ? args : ["--", ...args]),
  async run(call) {
    const { terminal, stdin } = call.process;
    if (!stdin.isTerminal || terminal === undefined) throw new Failure("standard input: Not a tty");
    const { options, operands, out } = call;
    if (options.has("g")) await out.print(`${terminal.mode}\n`);
    else if (operands.length === 0) await out.print(settings(call, options.has("a")));
    for (const setting of operands) await apply(call, setting);
  },
});

const modes: Readonly<Record<string, "raw" | "cooked">> = {
  raw: "raw",
  "-cooked": "raw",
  "-echo": "raw",
  "-icanon": "raw",
  cbreak: "raw",
  cooked: "cooked",
  "-raw": "cooked",
  sane: "cooked",
  echo: "cooked",
  icanon: "cooked",
  "-cbreak": "cooked",
};

async function apply({ process, out }: Call, setting: string): Promise<void> {
  const { terminal } = process;
  if (terminal === undefined) return;
  const mode = modes[setting];
  if (setting === "size") await out.print(`${terminal.height} ${terminal.width}\n`);
  else if (setting === "speed") await out.print("38400\n");
  else if (mode !== undefined) terminal.mode = mode;
  else throw new Failure(`invalid argument '${setting}'`);
}

function settings({ process: { terminal } }: Call, all: boolean): string {
  const size = all ? ` rows ${terminal?.height ?? 24}; columns ${terminal?.width ?? 80};` : " line = 0;";
  const flags = terminal?.mode === "raw" ? "-icanon -echo" : all ? "icanon echo" : "";
  return `speed 38400 baud;${size}\n${flags === "" ? "" : `${flags}\n`}`;
}
