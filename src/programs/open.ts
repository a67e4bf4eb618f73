import { type OpenMode, type Process, SystemError } from "../runtime/process.ts";

/** Opens a path for reading; a directory is refused with EISDIR. */
export function openForReading(
  process: Process,
  path: string,
): { read(limit?: number): Promise<Uint8Array | undefined>; close(): void } {
  if (process.files.stat(process.resolve(path)).kind === "directory") throw new SystemError("EISDIR");
  const number = openNumber(process, path, "read");
  const input = process.input(number);
  return { read: (limit) => input.read(limit), close: () => process.setDescriptor(number, null) };
}

/** A file being written. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  print(text: string): Promise<void>;
  close(): void;
}

/** Opens a path for writing, emptied unless `append`. */
export function openForWriting(process: Process, path: string, append = false): Sink {
  const number = openNumber(process, path, append ? "append" : "write");
  const output = process.output(number);
  return {
    write: (bytes) => output.write(bytes),
    print: (text) => output.print(text),
    close: () => process.setDescriptor(number, null),
  };
}

/** A descriptor number of the process's own, so that a kill interrupts what is read and written there. */
function openNumber(process: Process, path: string, mode: OpenMode): number {
  const descriptor = process.open(path, mode);
  const number = freeDescriptor(process);
  process.setDescriptor(number, descriptor);
  return number;
}

/** The lowest that is closed, from 3. */
export function freeDescriptor(process: Process): number {
  let number = 3;
  while (process.descriptors.has(number)) number++;
  return number;
}
