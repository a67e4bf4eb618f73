import { concatBytes } from "../../../api/bytes.ts";
import { type Process, SystemError } from "../../../runtime/process.ts";
import { CurlError } from "./error.ts";

/** A file, or stdin for `-`. Throws CurlError 26. */
export async function readAt(process: Process, path: string): Promise<Uint8Array> {
  if (path === "-") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk);
    return concatBytes(chunks);
  }
  try {
    return process.files.read(process.resolve(path));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CurlError(26, `Failed to open ${path}: ${error.message}`);
  }
}
