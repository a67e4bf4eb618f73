import { applet, type Call } from "../applet.ts";
import { sourceOrFailure } from "../input.ts";
import { type LineReader, lineReader } from "../line-reader.ts";
import { backslashEscapes } from "./escapes.ts";

export const paste = applet({
  names: ["paste"],
  usage: "[-d LIST] [-s] [FILE]...",
  help: `
Paste lines from each input file together using TAB

	-d LIST	Use delimiters from LIST, not TAB
	-s	Serial: one file at a time`,
  options: { short: "d:s", long: { delimiters: "d", serial: "s" } },
  directory: "/usr/bin",
  async run(call) {
    const { options, operands, out } = call;
    const list = (options.value("d") ?? "\t").replaceAll(String.raw`\0`, "\0");
    const delimiters = Array.from(backslashEscapes(list, "echo").text);
    const delimiter = (index: number) => (delimiters[index % delimiters.length] ?? "").replace("\0", "");
    const readers = await readersOf(call, operands.length === 0 ? ["-"] : operands);
    if (options.has("s")) {
      for (const reader of readers) await serial(call, reader, delimiter);
      return;
    }
    for (;;) {
      const lines: (string | undefined)[] = [];
      for (const reader of readers) lines.push(await reader.next());
      if (lines.every((line) => line === undefined)) return;
      await out.print(
        `${lines.map((line, index) => (index === 0 ? "" : delimiter(index - 1)) + (line ?? "")).join("")}\n`,
      );
    }
  },
});

/** `-` given twice reads standard input in turns. */
async function readersOf(call: Call, paths: readonly string[]): Promise<LineReader[]> {
  const standardInput = lineReader(await sourceOrFailure(call, "-"));
  const readers: LineReader[] = [];
  for (const path of paths) readers.push(path === "-" ? standardInput : lineReader(await sourceOrFailure(call, path)));
  return readers;
}

async function serial({ out }: Call, reader: LineReader, delimiter: (index: number) => string): Promise<void> {
  let index = 0;
  for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
    await out.print((index === 0 ? "" : delimiter(index - 1)) + line);
    index++;
  }
  await out.print("\n");
}
