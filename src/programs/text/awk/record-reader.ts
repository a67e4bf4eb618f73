import type { Regex } from "../../../regex/regex.ts";
import type { Source } from "../../input.ts";
import { lineReader } from "../../line-reader.ts";

/** Cuts a source into records by RS: a character, blank lines for "", a regular expression for more. */
export interface RecordReader {
  next(separator: string): Promise<string | undefined>;
  close(): void;
}

export function recordReader(source: Pick<Source, "read" | "close">, regex: (text: string) => Regex): RecordReader {
  const first = lineReader(source);
  const pending: string[] = [];
  const byLine = async () => pending.shift() ?? (await first.next());
  return {
    close: () => source.close(),
    next(separator) {
      if (separator === "\n") return byLine();
      return separator === ""
        ? paragraph(byLine)
        : upTo(separator, { byLine, pending, regex, isOpen: () => first.terminated });
    },
  };
}

async function paragraph(byLine: () => Promise<string | undefined>): Promise<string | undefined> {
  let line = await byLine();
  while (line === "") line = await byLine();
  if (line === undefined) return undefined;
  const lines: string[] = [];
  for (; line !== undefined && line !== ""; line = await byLine()) lines.push(line);
  return lines.join("\n");
}

interface Lines {
  readonly byLine: () => Promise<string | undefined>;
  /** Text that was read but not used; a newline follows each piece but the last. */
  readonly pending: string[];
  readonly regex: (text: string) => Regex;
  /** The last line had its newline. */
  isOpen(): boolean;
}

/** Takes lines until the separator is among them; what follows it is kept for the next record. */
async function upTo(separator: string, lines: Lines): Promise<string | undefined> {
  let text = await lines.byLine();
  if (text === undefined) return undefined;
  let from = 0;
  let isWhole = false;
  for (;;) {
    const found = find(text, separator, from, lines);
    if (found !== undefined) {
      lines.pending.unshift(text.slice(found.end));
      return text.slice(0, found.start);
    }
    if (isWhole) return text;
    from = separator.length === 1 ? text.length : 0;
    const more = await lines.byLine();
    if (more === undefined && text === "") return undefined;
    isWhole = more === undefined;
    if (more !== undefined || lines.isOpen()) text = `${text}\n${more ?? ""}`;
  }
}

function find(
  text: string,
  separator: string,
  from: number,
  { regex }: Lines,
): { start: number; end: number } | undefined {
  if (separator.length > 1) {
    const match = regex(separator).exec(text, from);
    return match !== undefined && match.end > match.start ? match : undefined;
  }
  const start = text.indexOf(separator, from);
  return start === -1 ? undefined : { start, end: start + 1 };
}
