import { concatBytes } from "../../api/bytes.ts";
import { decodeText } from "../../runtime/text.ts";
import type { Step } from "../run/outcome.ts";
import { forkSubshell } from "../run/subshell.ts";
import type { Shell } from "../shell.ts";
import type { Emit } from "./emit.ts";

/** `$(script)`: what it writes, less the newlines at the end. */
export function compileCommandSubstitution(script: Step, quoted: boolean): Emit {
  return async (shell, sink) => {
    const text = await outputOf(shell, script);
    if (quoted) sink.quoted(text);
    else sink.expanded(text);
  };
}

async function outputOf(shell: Shell, script: Step): Promise<string> {
  const { process } = shell;
  const pipe = process.pipe();
  const child = forkSubshell(shell, script, { descriptors: new Map([[1, pipe.write]]), isSubstitution: true });
  pipe.write.release();
  const chunks: Uint8Array[] = [];
  let held = 0;
  try {
    for (;;) {
      const chunk = await process.waitFor(pipe.read.read());
      if (!chunk) break;
      chunks.push(chunk);
      held += chunk.length;
      process.kept.bytes += chunk.length;
    }
  } finally {
    pipe.read.release();
    process.kept.bytes -= held;
  }
  const status = await process.waitFor(child.exit);
  shell.substitutionStatus = status;
  return decodeText(concatBytes(chunks)).replaceAll("\0", "").replace(/\n+$/, "");
}
