import { applet, type Call } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { sourceOrFailure } from "../input.ts";
import { lineReader } from "../line-reader.ts";
import { countOf } from "../numbers.ts";
import { openForWriting, type Sink } from "../open.ts";

export const uniq = applet({
  names: ["uniq"],
  usage: "[-cduiz] [-f,s,w N] [FILE [OUTFILE]]",
  help: `
Discard duplicate lines

	-c	Prefix lines by the number of occurrences
	-d	Only print duplicate lines
	-u	Only print unique lines
	-i	Ignore case
	-z	NUL terminated output
	-f N	Skip first N fields
	-s N	Skip first N chars (after any skipped fields)
	-w N	Compare N characters in line`,
  options: {
    short: "cduizf:s:w:",
    long: {
      count: "c",
      repeated: "d",
      unique: "u",
      "ignore-case": "i",
      "zero-terminated": "z",
      "skip-fields": "f",
      "skip-chars": "s",
      "check-chars": "w",
    },
  },
  directory: "/usr/bin",
  unreadable: { read: { busybox: "read error", gnu: "error reading '%'" } },
  async run(call) {
    const { options, operands, process, out } = call;
    const end = options.has("z") ? "\0" : "\n";
    const lines = lineReader(await sourceOrFailure(call, operands[0] ?? "-"), end);
    const sink = sinkOf(call, operands[1]);
    const show = async (line: string, count: number) => {
      if ((options.has("d") && count < 2) || (options.has("u") && count > 1)) return;
      const text = `${options.has("c") ? `${String(count).padStart(7)} ` : ""}${line}${end}`;
      await (sink ?? out).print(text);
    };
    const keyOf = comparedPart(call);
    let previous = await lines.next();
    let count = 1;
    while (previous !== undefined) {
      const line = await lines.next();
      if (line !== undefined && keyOf(line) === keyOf(previous)) count++;
      else {
        await show(previous, count);
        previous = line;
        count = 1;
      }
    }
    sink?.close();
    await process.pause();
  },
});

function sinkOf({ process }: Call, path: string | undefined): Sink | undefined {
  if (path === undefined || path === "-") return undefined;
  try {
    return openForWriting(process, path);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure({ busybox: `can't open '${path}': ${reason}`, gnu: `${path}: ${reason}` });
  }
}

const counted: Readonly<Record<string, string>> = {
  f: "fields to skip",
  s: "bytes to skip",
  w: "bytes to compare",
};

function comparedPart({ options }: Call): (line: string) => string {
  const [fields, skipped, width] = ["f", "s", "w"].map((option) => {
    const value = options.value(option);
    return value === undefined ? undefined : countOf(value, `${value}: invalid number of ${counted[option] ?? option}`);
  });
  const leading = new RegExp(`^(?:\\s*\\S+){0,${Math.min(fields ?? 0, 65_535)}}`, "u");
  return (line) => {
    const rest = line.replace(fields === undefined ? "" : leading, "").slice(skipped ?? 0);
    const compared = width === undefined ? rest : rest.slice(0, width);
    return options.has("i") ? compared.toLowerCase() : compared;
  };
}
