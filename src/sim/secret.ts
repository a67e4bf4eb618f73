import { randomBytes } from "node:crypto";

/** Bytes that nobody can guess: for keys, and never for anything that must be the same in the next run. */
export function freshSecret(length: number): Uint8Array {
  return randomBytes(length);
}

/** A seed that no earlier run had, small enough to be typed again. */
export function freshSeed(): number {
  return randomBytes(4).readUInt32BE();
}
