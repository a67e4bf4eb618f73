import { SystemError } from "../../runtime/process.ts";
import type { Descriptor } from "../../runtime/process.ts";

/** Reads a text that is there already: a here-document. All holders read on from one place. */
export function documentDescriptor(bytes: Uint8Array): Descriptor {
  let at = 0;
  const descriptor: Descriptor = {
    kind: "pipe",
    read(limit = 65_536) {
      if (at >= bytes.length) return Promise.resolve(undefined);
      const chunk = bytes.subarray(at, at + limit);
      at += chunk.length;
      return Promise.resolve(chunk);
    },
    write: () => Promise.reject(new SystemError("EBADF")),
    retain: () => descriptor,
    release: () => {},
  };
  return descriptor;
}
