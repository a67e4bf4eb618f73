import { isTurnDue } from "../regex/effort.ts";
import { TextStream } from "../runtime/text.ts";
import { Failure } from "./failure.ts";
import type { Source } from "./input.ts";

/** Lines of a source. */
export interface LineReader {
  /** Without its newline; undefined at the end. */
  next(): Promise<string | undefined>;
  /** Whether the last line ended with a newline: the last of a file may not. */
  readonly terminated: boolean;
}

/** UTF-16 units; a longer line is refused, as memory is. */
const longestLine = 4 * 1024 * 1024;

/** `separator` is the character that ends a line. */
export function lineReader(source: Pick<Source, "read" | "rest">, separator = "\n"): LineReader {
  const decoder = new TextStream();
  let text = "";
  let at = 0;
  let ended = false;
  let terminated = true;

  const fill = async () => {
    const pieces = [text.slice(at)];
    let size = pieces[0]?.length ?? 0;
    for (let more = true; more && !ended;) {
      const chunk = await source.read();
      ended = chunk === undefined;
      const piece = decoder.decode(chunk);
      pieces.push(piece);
      size += piece.length;
      more = !piece.includes(separator);
      if (size > longestLine) throw new Failure("out of memory");
    }
    text = pieces.join("");
    at = 0;
  };
  return {
    get terminated() {
      return terminated;
    },
    async next() {
      if (isTurnDue()) await source.rest?.();
      let end = text.indexOf(separator, at);
      if (end === -1 && !ended) {
        await fill();
        end = text.indexOf(separator, at);
      }
      if (end === -1 && at >= text.length) return undefined;
      terminated = end !== -1;
      const line = terminated ? text.slice(at, end) : text.slice(at);
      at = terminated ? end + 1 : text.length;
      return line;
    },
  };
}
