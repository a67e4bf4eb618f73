import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { formatNumber, type Conversion } from "../format.ts";
import { backslashEscapes } from "./escapes.ts";

export const printf = applet({
  names: ["printf"],
  usage: "FORMAT [ARG]...",
  help: "Format and print ARG(s) according to FORMAT",
  options: "",
  directory: "/usr/bin",
  rewrite: (args) => (args[0] === "--" ? args : ["--", ...args]),
  async run(call) {
    const [format, ...args] = call.operands;
    if (format === undefined) throw new Failure("usage: printf format [arguments]");
    const run: Run = { call, args, at: 0, exitCode: 0 };
    for (;;) {
      const before = run.at;
      if (!(await printOnce(run, format)) || run.at >= args.length || run.at === before) return run.exitCode;
    }
  },
});

interface Run {
  readonly call: Call;
  readonly args: readonly string[];
  at: number;
  exitCode: number;
}

const directive = /%(?:%|([-+ 0#]*)(\*|\d*)(?:\.(\*|\d*))?[hlLjzt]*([a-zA-Z]))/gu;

/** One pass over the format, which is used again while arguments are left. False: `\c` stopped it. */
async function printOnce(run: Run, format: string): Promise<boolean> {
  const { out } = run.call;
  let at = 0;
  for (const match of format.matchAll(directive)) {
    await out.print(backslashEscapes(format.slice(at, match.index), "format").text);
    at = match.index + match[0].length;
    const [whole, flags = "", width = "", precision, letter = ""] = match;
    if (whole === "%%") await out.print("%");
    else {
      const conversion: Conversion = {
        flags,
        width: width === "*" ? Number(argument(run)) : Number(width),
        precision: precision === "*" ? Number(argument(run)) : precision === undefined ? undefined : Number(precision),
        letter,
      };
      const { text, stopped } = await converted(run, conversion);
      await out.print(text);
      if (stopped) return false;
    }
  }
  const rest = backslashEscapes(format.slice(at), "format");
  await out.print(rest.text);
  return true;
}

function argument(run: Run): string {
  return run.args[run.at++] ?? "";
}

async function converted(run: Run, conversion: Conversion): Promise<{ text: string; stopped: boolean }> {
  const { letter } = conversion;
  const given = argument(run);
  const plain = (text: string) => ({ text: formatNumber({ ...conversion, letter: "s" }, text), stopped: false });
  if (letter === "s") return plain(given);
  if (letter === "c") return plain(Array.from(given)[0] ?? "");
  if (letter === "b") {
    const { text, stopped } = backslashEscapes(given, "echo");
    return { ...plain(text), stopped };
  }
  if (letter === "q")
    return plain(/^[\w./:=@%+,-]+$/u.test(given) ? given : `'${given.replaceAll("'", String.raw`'\''`)}'`);
  if (!"diouxXeEfFgG".includes(letter)) throw new Failure(`%${letter}: invalid format`);
  return { text: formatNumber(conversion, await numberOf(run, given)), stopped: false };
}

async function numberOf(run: Run, text: string): Promise<number> {
  const quoted = /^['"](.)/u.exec(text)?.[1];
  if (quoted !== undefined) return quoted.codePointAt(0) ?? 0;
  const octal = /^([-+]?)0([0-7]+)$/u.exec(text);
  if (octal) return (octal[1] === "-" ? -1 : 1) * Number.parseInt(octal[2] ?? "0", 8);
  const number = Number(text.replace(/^\+/u, ""));
  if (text !== "" && Number.isNaN(number)) {
    await run.call.complain(`invalid number '${text}'`);
    run.exitCode = 1;
    return Number.parseFloat(text) || 0;
  }
  return number;
}
