import type { Shell } from "../shell.ts";

/** `local -`: the end of the function brings the options back. */
export function keepOptions(shell: Shell): void {
  const depth = shell.functionNames.length;
  if (!shell.localOptions.has(depth)) shell.localOptions.set(depth, { ...shell.options });
}
