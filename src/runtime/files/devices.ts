import { concatBytes } from "../../api/bytes.ts";
import { OpenDescription } from "../kernel/open-description.ts";
import { SystemError } from "../process.ts";
import type { Caller, Device } from "./inode.ts";

/** Reads nothing, takes everything. */
export class NullDevice extends OpenDescription {
  readonly kind = "null";

  override take(): undefined {}

  override put(): undefined {}
}

/** Reads as many bytes as are asked for, takes everything. */
export class ByteDevice extends OpenDescription {
  readonly kind = "file";
  readonly #next: (length: number) => Uint8Array;

  constructor(next: (length: number) => Uint8Array) {
    super();
    this.#next = next;
  }

  override take(limit: number): Uint8Array {
    return this.#next(limit);
  }

  override put(_bytes: Uint8Array): undefined {}
}

/** /dev/full. */
export class FullDevice extends ByteDevice {
  override put(): undefined {
    throw new SystemError("ENOSPC");
  }
}

const longestDrain = 1024 * 1024;

/** All that a device gives now, without waiting: EAGAIN when that is nothing yet. An endless one stops at 1 MiB. */
export function drainDevice(device: Device, caller: Caller): Uint8Array {
  const descriptor = device.open("read", caller);
  if (!(descriptor instanceof OpenDescription)) throw new SystemError("EINVAL");
  const chunks: Uint8Array[] = [];
  try {
    for (let size = 0; size < longestDrain;) {
      const bytes = descriptor.take(65_536);
      if (bytes === undefined) break;
      if (bytes === "wait") throw new SystemError("EAGAIN");
      chunks.push(bytes);
      size += bytes.length;
    }
  } finally {
    descriptor.release();
  }
  return concatBytes(chunks);
}
