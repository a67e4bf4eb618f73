import { decodeText } from "../../../runtime/text.ts";
import { applet, type Call, UsageError } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { openSource, readWhole, sourceOrFailure } from "../../input.ts";
import { unescaped } from "./lexer.ts";
import { type MainInput, Machine } from "./machine.ts";
import { parseAwk } from "./parse.ts";
import { type RecordReader, recordReader } from "./record-reader.ts";
import { runProgram } from "./run.ts";
import { Input, toNumber } from "./value.ts";

export const awk = applet({
  names: ["awk"],
  usage: "[OPTIONS] [AWK_PROGRAM] [FILE]...",
  help: `
	-v VAR=VAL	Set variable
	-F SEP		Use SEP as field separator
	-f/-E FILE	Read program from FILE
	-e AWK_PROGRAM`,
  options: {
    short: "v:F:f:e:E:",
    long: { assign: "v", "field-separator": "F", file: "f", source: "e" },
    endAtOperand: true,
  },
  directory: "/usr/bin",
  async run(call) {
    const { options } = call;
    const { text, operands } = await programOf(call);
    const machine = new Machine(call);
    const separator = options.value("F");
    if (separator !== undefined) machine.global("FS").value = separator === "t" ? "\t" : unescaped(separator);
    for (const setting of options.values("v")) {
      if (!assign(machine, setting)) throw new Failure(`can't assign '${setting}'`);
    }
    setArguments(machine, ["awk", ...operands]);
    machine.input = mainInput(machine);
    return runProgram(parseAwk(text), machine);
  },
});

async function programOf(call: Call): Promise<{ text: string; operands: readonly string[] }> {
  const { options, operands } = call;
  const pieces: string[] = [];
  for (const [option, value] of options.given) {
    if (option === "e") pieces.push(value);
    if (option !== "f" && option !== "E") continue;
    pieces.push(decodeText(await readWhole(await sourceOrFailure(call, value))));
  }
  if (pieces.length > 0) return { text: pieces.join("\n"), operands };
  const [text, ...rest] = operands;
  if (text === undefined) throw new UsageError();
  return { text, operands: rest };
}

/** `name=value`, as -v and operands have it. */
function assign(machine: Machine, setting: string): boolean {
  const [, name = "", value = ""] = /^([A-Za-z_]\w*)=([^]*)$/u.exec(setting) ?? [];
  if (name === "") return false;
  machine.global(name).value = new Input(unescaped(value));
  return true;
}

function setArguments(machine: Machine, args: readonly string[]): void {
  const { array } = machine.global("ARGV");
  for (const [index, argument] of args.entries()) array.set(String(index), new Input(argument));
  machine.global("ARGC").value = args.length;
}

/** The records of the operands in ARGV, as they stand when their turn comes; standard input without any. */
function mainInput(machine: Machine): MainInput {
  let index = 1;
  let used = false;
  let reader: RecordReader | undefined;
  const open = async (): Promise<boolean> => {
    const count = toNumber(machine.global("ARGC").value);
    while (index < count) {
      const operand = machine.text(machine.global("ARGV").array.get(String(index++)) ?? "");
      if (operand === "" || assign(machine, operand)) continue;
      used = true;
      reader = await opened(machine, operand);
      return true;
    }
    if (used) return false;
    used = true;
    reader = await opened(machine, "-");
    return true;
  };
  return {
    async next() {
      for (;;) {
        if (reader === undefined && !(await open())) return undefined;
        const text = await reader?.next(machine.setting("RS"));
        if (text !== undefined) return text;
        reader?.close();
        reader = undefined;
      }
    },
    skipFile() {
      reader?.close();
      reader = undefined;
    },
  };
}

async function opened(machine: Machine, path: string): Promise<RecordReader> {
  machine.global("FILENAME").value = path === "-" ? "" : path;
  machine.global("FNR").value = 0;
  try {
    return recordReader(await openSource(machine.call, path), (source) => machine.regex(source));
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure({ busybox: `${path}: ${reason}`, gnu: `cannot open ${path} (${reason})` }, 2);
  }
}
