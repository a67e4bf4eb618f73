import { encodeText } from "../../runtime/text.ts";
import { applet, type Call } from "../applet.ts";
import { forEachLine, forEachSource } from "../input.ts";

export const cat = applet({
  names: ["cat"],
  usage: "[-nbvteA] [FILE]...",
  help: `
Print FILEs to stdout

	-n	Number output lines
	-b	Number nonempty lines
	-v	Show nonprinting characters as ^x or M-x
	-t	...and tabs as ^I
	-e	...and end lines with $
	-A	Same as -vte`,
  options: {
    short: "nbvteA",
    gnu: "ETsu",
    long: {
      number: "n",
      "number-nonblank": "b",
      "show-all": "A",
      "show-ends": "E",
      "show-tabs": "T",
      "squeeze-blank": "s",
    },
  },
  async run(call) {
    const { options, operands, out } = call;
    if (options.last("nbvteAETs") !== undefined) return numbered(call);
    return forEachSource(call, operands, async (source) => {
      for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await out.write(chunk);
    });
  },
});

function numbered({ options, operands, out, ...call }: Call): Promise<number> {
  let number = 0;
  let blanks = 0;
  const shown = visible(options);
  return forEachLine({ ...call, options, operands, out }, operands, (line, { terminated }) => {
    blanks = line === "" ? blanks + 1 : 0;
    if (options.has("s") && blanks > 1) return undefined;
    const counts = options.has("b") ? line !== "" : options.has("n");
    const prefix = counts ? `${String(++number).padStart(6)}\t` : "";
    const end = terminated ? `${options.last("eAE") === undefined ? "" : "$"}\n` : "";
    return out.print(prefix + shown(line) + end);
  });
}

function visible(options: Call["options"]): (line: string) => string {
  const tabs = options.last("tAT") !== undefined;
  const others = options.last("vteA") !== undefined;
  if (!tabs && !others) return (line) => line;
  return (line) => {
    const bytes = others ? encodeText(line) : undefined;
    if (bytes === undefined) return line.replaceAll("\t", "^I");
    return [...bytes].map((byte) => (byte === 9 && !tabs ? "\t" : caret(byte))).join("");
  };
}

function caret(byte: number): string {
  const low = byte & 0x7f;
  const meta = byte > 0x7f ? "M-" : "";
  if (low < 32) return `${meta}^${String.fromCodePoint(low + 64)}`;
  return meta + (low === 127 ? "^?" : String.fromCodePoint(low));
}
