import { type ByteSource, decodeText } from "../../api/bytes.ts";
import type { TerminalSize } from "../../client/node-agents.ts";

/** A resize stream: `{"Width":80,"Height":24}` again and again, cut anywhere. What is no size is skipped, as upstream does. */
export async function* terminalSizes(source: ByteSource): AsyncGenerator<TerminalSize> {
  let text = "";
  for await (const bytes of source) {
    text += decodeText(bytes);
    for (let end = text.indexOf("}"); end >= 0; end = text.indexOf("}")) {
      const size = sizeOf(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size) yield size;
    }
    if (text.length > longestSize) text = "";
  }
}

const longestSize = 1024;

function sizeOf(text: string): TerminalSize | undefined {
  const width = /"Width"\s*:\s*(\d{1,5})/iu.exec(text)?.[1];
  const height = /"Height"\s*:\s*(\d{1,5})/iu.exec(text)?.[1];
  return width && height ? { width: Number(width), height: Number(height) } : undefined;
}
