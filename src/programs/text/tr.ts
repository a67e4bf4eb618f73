import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { openSource } from "../input.ts";
import { characterSet } from "./tr-set.ts";

export const tr = applet({
  names: ["tr"],
  usage: "[-cds] STRING1 [STRING2]",
  help: `
Translate, squeeze, or delete characters from stdin, writing to stdout

	-c	Take complement of STRING1
	-d	Delete input characters coded STRING1
	-s	Squeeze multiple output characters of STRING2 into one character`,
  options: {
    short: "cCdst",
    long: { complement: "c", delete: "d", "squeeze-repeats": "s", "truncate-set1": "t" },
    endAtOperand: true,
  },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const [first, second] = operands;
    if (first === undefined) throw new UsageError();
    const needsSecond = options.last("ds") === undefined;
    if (needsSecond && second === undefined) {
      const gnu = `missing operand after '${first}'\nTwo strings must be given when translating.`;
      throw new UsageError({ busybox: "", gnu });
    }
    if (operands.length > 2) throw new UsageError({ busybox: "", gnu: `extra operand '${operands[2] ?? ""}'` });
    if (needsSecond && second === "") {
      const gnu = "when not truncating set1, string2 must be non-empty";
      throw new Failure({ busybox: "STRING2 cannot be empty", gnu });
    }
    const convert = conversion({ first, second, has: (option) => options.has(option) });
    const source = await openSource(call, "-");
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      await out.write(convert(chunk));
    }
  },
});

/** Bytes to bytes, as busybox does: a character of several bytes is translated byte by byte. */
function conversion({
  first,
  second,
  has,
}: {
  first: string;
  second: string | undefined;
  has: (option: string) => boolean;
}): (chunk: Uint8Array) => Uint8Array {
  const complement = has("c") || has("C");
  const listed = characterSet(first);
  const from = complement ? complementOf(listed) : listed;
  const to = second === undefined ? [] : characterSet(second, from.length);
  const isDeleted = membership(has("d") ? from : []);
  const isSqueezed = membership(!has("s") ? [] : second === undefined ? from : to);
  const table = has("d") || to.length === 0 ? identity() : translation(from, has("t") ? to : padded(to, from.length));
  let last = -1;
  return (chunk) => {
    const converted = new Uint8Array(chunk.length);
    let size = 0;
    for (const byte of chunk) {
      if (isDeleted[byte] === 1) continue;
      const translated = table[byte] ?? byte;
      if (translated === last && isSqueezed[translated] === 1) continue;
      last = translated;
      converted[size++] = translated;
    }
    return converted.subarray(0, size);
  };
}

function identity(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => byte);
}

function translation(from: readonly number[], to: readonly number[]): Uint8Array {
  const table = identity();
  for (const [index, byte] of from.entries()) table[byte] = to[index] ?? byte;
  return table;
}

/** The last character of the second set stands for all that the first has more. */
function padded(to: readonly number[], length: number): number[] {
  const last = to.at(-1) ?? 0;
  return Array.from({ length: Math.max(length, to.length) }, (_, index) => to[index] ?? last);
}

function membership(bytes: readonly number[]): Uint8Array {
  const members = new Uint8Array(256);
  for (const byte of bytes) members[byte] = 1;
  return members;
}

function complementOf(bytes: readonly number[]): number[] {
  const members = membership(bytes);
  return [...identity()].filter((byte) => members[byte] === 0);
}
