import { decodeText } from "../../runtime/text.ts";
import { Elements } from "../elements.ts";
import { readLine } from "../run/input-reader.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./parse-options.ts";

/** Bash's `mapfile`: the lines of stdin into an array. */
export const mapfile: Builtin = {
  names: ["mapfile", "readarray"],
  dialects: ["bash"],
  async run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, "td:n:s:u:");
    const delimiter = options.has("d") ? options.get("d")?.charCodeAt(0) || 0 : 10;
    const end = options.has("t") ? "" : String.fromCharCode(delimiter);
    const most = Number(options.get("n") ?? 0) || Infinity;
    let skip = Number(options.get("s") ?? 0);
    const elements = new Elements();
    while (elements.size < most) {
      const line = await readLine(shell, Number(options.get("u") ?? 0), { delimiter });
      if (!line) break;
      if (skip-- > 0) continue;
      elements.append(decodeText(line.bytes) + (line.isWhole ? end : ""));
    }
    shell.variables.setArray(operands[0] ?? "MAPFILE", elements);
    return 0;
  },
};
