import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";

/** The first address of a name; undefined when there is none, or nobody to ask. */
export async function addressOf(process: Process, host: string): Promise<string | undefined> {
  try {
    const [first] = await process.network.lookup(host);
    return first;
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

/** As connect(2) words its failure: musl's words in Alpine, glibc's elsewhere. */
export function connectFailure({ code }: NetworkError, { container }: Process): string {
  const isMusl = container.image.base === "alpine";
  switch (code) {
    case "ECONNREFUSED":
      return "Connection refused";
    case "EHOSTUNREACH":
      return isMusl ? "Host is unreachable" : "No route to host";
    case "ECONNRESET":
      return "Connection reset by peer";
    case "EADDRINUSE":
      return isMusl ? "Address in use" : "Address already in use";
    default:
      return isMusl ? "Operation timed out" : "Connection timed out";
  }
}
