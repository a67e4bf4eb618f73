import type { Space } from "../../runtime/filesystem.ts";

/** What a mounted file system is called. */
export function typeOf({ source }: Space): string {
  return source.startsWith("/dev/") ? "ext4" : source;
}

/** A file takes whole blocks. */
export const blockSize = 4096;
