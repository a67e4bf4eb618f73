import { applet } from "../applet.ts";
import { forEachSource } from "../input.ts";
import { countOf } from "../numbers.ts";

export const strings = applet({
  names: ["strings"],
  usage: "[-fo] [-t o|d|x] [-n LEN] [FILE]...",
  help: `
Display printable strings in a binary file

	-f		Precede strings with filenames
	-o		Precede strings with octal offsets
	-t o|d|x	Precede strings with offsets in base 8/10/16
	-n LEN		At least LEN characters form a string (default 4)`,
  options: { short: "aft:on:", long: { bytes: "n", radix: "t" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const shortest = countOf(options.value("n") ?? "4");
    const radix = { o: 8, d: 10, x: 16 }[options.value("t") ?? (options.has("o") ? "o" : "")];
    return forEachSource(call, operands, async (source) => {
      let text = "";
      let offset = 0;
      const show = async () => {
        const start = offset - text.length;
        const name = options.has("f") ? `${source.name}: ` : "";
        const where = radix === undefined ? "" : `${start.toString(radix).padStart(7)} `;
        if (text.length >= shortest) await out.print(`${name}${where}${text}\n`);
        text = "";
      };
      for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
        for (const byte of chunk) {
          if (byte === 9 || (byte >= 32 && byte < 127)) text += String.fromCodePoint(byte);
          else if (text !== "") await show();
          offset++;
        }
      }
      await show();
    });
  },
});
