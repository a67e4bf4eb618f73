import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { readWhole, sourceOrFailure } from "../input.ts";
import { countOf } from "../numbers.ts";

export const base64 = applet({
  names: ["base64"],
  usage: "[-d] [-w COL] [FILE]",
  help: `
Base64 encode or decode FILE to standard output

	-d	Decode data
	-w COL	Wrap lines at COL (default 76, 0 disables)`,
  options: { short: "dDiw:", long: { decode: "d", wrap: "w", "ignore-garbage": "i" } },
  async run(call) {
    const { options, operands, out } = call;
    const source = await sourceOrFailure(call, operands[0] ?? "-");
    const columns = countOf(options.value("w") ?? "76");
    if (options.last("dD") !== undefined) {
      await decode(call, Buffer.from(await readWhole(source)).toString("latin1"));
      return;
    }
    let left: Uint8Array = new Uint8Array();
    let column = 0;
    const show = async (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString("base64");
      await out.print(wrapped(text, column, columns));
      column = columns === 0 ? column + text.length : (column + text.length) % columns;
    };
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      const bytes = Buffer.concat([left, chunk]);
      const whole = bytes.length - (bytes.length % 3);
      left = bytes.subarray(whole);
      await show(bytes.subarray(0, whole));
    }
    await show(left);
    if (column > 0 && columns > 0) await out.print("\n");
  },
});

/** A newline after every `columns` characters, of which the line has `column` already. */
function wrapped(text: string, column: number, columns: number): string {
  if (columns === 0) return text;
  let out = "";
  let at = 0;
  for (let room = columns - column; text.length - at >= room; room = columns) {
    out += `${text.slice(at, at + room)}\n`;
    at += room;
  }
  return out + text.slice(at);
}

async function decode({ options, out }: Call, text: string): Promise<void> {
  const compact = text.replace(options.has("i") ? /[^A-Za-z0-9+/=]/gu : /\s/gu, "");
  const valid = /^[A-Za-z0-9+/]*/u.exec(compact)?.[0] ?? "";
  await out.write(Buffer.from(valid.slice(0, valid.length - (valid.length % 4 === 1 ? 1 : 0)), "base64"));
  const padding = compact.slice(valid.length);
  if (!/^={0,2}$/u.test(padding) || (valid.length + padding.length) % 4 !== 0)
    throw new Failure({ busybox: "truncated input", gnu: "invalid input" });
}
