import { ShellError } from "../jumps.ts";

/** Characters of one value, field or output: far more than scripts need. */
const longestText = 16 * 1024 * 1024;

/** One text after the other. Throws ShellError when that is more than a shell holds. */
export function joined(text: string, more: string): string {
  if (text.length + more.length > longestText) throw outOfMemory();
  return text + more;
}

export function outOfMemory(): ShellError {
  return new ShellError("out of memory");
}
