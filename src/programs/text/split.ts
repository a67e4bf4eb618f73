import { applet, type Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { type Source, sourceOrFailure } from "../input.ts";
import { countOf, sizeOf } from "../numbers.ts";
import { openForWriting, type Sink } from "../open.ts";

export const split = applet({
  names: ["split"],
  usage: "[OPTIONS] [INPUT [PREFIX]]",
  help: `
	-b N[k|m]	Split by N (kilo|mega)bytes
	-l N		Split by N lines
	-a N		Use N letters as suffix
	-d		Use digits as suffix`,
  options: { short: "b:l:a:d", long: { bytes: "b", lines: "l", "suffix-length": "a", "numeric-suffixes": "d" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands } = call;
    const source = await sourceOrFailure(call, operands[0] ?? "-");
    const inBytes = options.last("bl") === "b";
    const size = inBytes ? sizeOf(options.value("b") ?? "") : countOf(options.value("l") ?? "1000");
    if (size === 0) throw new Failure("invalid number '0'");
    await splitInto(call, source, { size, inBytes });
  },
});

async function splitInto(call: Call, source: Source, piece: { size: number; inBytes: boolean }): Promise<void> {
  let sink: Sink | undefined;
  let left = 0;
  let index = 0;
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    for (let at = 0; at < chunk.length;) {
      if (sink === undefined || left === 0) {
        sink?.close();
        sink = openForWriting(call.process, nameOf(call, index++));
        left = piece.size;
      }
      const end = piece.inBytes ? Math.min(chunk.length, at + left) : endOfLines(chunk, at, left);
      left -= piece.inBytes ? end - at : newlinesIn(chunk.subarray(at, end));
      await sink.write(chunk.subarray(at, end));
      at = end;
    }
  }
  sink?.close();
}

function nameOf({ options, operands }: Call, index: number): string {
  const length = countOf(options.value("a") ?? "2");
  const alphabet = options.has("d") ? "0123456789" : "abcdefghijklmnopqrstuvwxyz";
  let suffix = "";
  let rest = index;
  for (let i = 0; i < length; i++) {
    suffix = alphabet.charAt(rest % alphabet.length) + suffix;
    rest = Math.floor(rest / alphabet.length);
  }
  if (rest > 0) throw new Failure("suffixes exhausted");
  return (operands[1] ?? "x") + suffix;
}

function endOfLines(chunk: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    const newline = chunk.indexOf(10, at);
    if (newline === -1) return chunk.length;
    at = newline + 1;
  }
  return at;
}

function newlinesIn(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + Number(byte === 10), 0);
}
