import type { Step } from "../run/outcome.ts";
import { forkSubshell } from "../run/subshell.ts";
import type { Shell } from "../shell.ts";
import type { Emit } from "./emit.ts";

/** Bash takes the highest that are free. */
const firstNumber = 63;

/** `<(script)` and `>(script)`: a path to one end of a pipe whose other end the script has. */
export function compileProcessSubstitution(script: Step, operator: "<" | ">"): Emit {
  return (shell, sink) => {
    const { process } = shell;
    const pipe = process.pipe();
    const [own, theirs] = operator === "<" ? [pipe.read, pipe.write] : [pipe.write, pipe.read];
    const child = forkSubshell(shell, script, { descriptors: new Map([[operator === "<" ? 1 : 0, theirs]]) });
    theirs.release();
    const number = freeNumber(shell);
    process.setDescriptor(number, own);
    shell.substitutions.push(number);
    shell.lastBackground = child.pid;
    sink.quoted(`/dev/fd/${number}`);
  };
}

/** The highest number below 64 that is closed. */
export function freeNumber({ process }: Shell): number {
  let number = firstNumber;
  while (process.descriptors.has(number)) number--;
  return number;
}

/** Lets go of the pipes that a command opened, once it has ended. */
export function closeSubstitutions(shell: Shell, from: number): void {
  for (const number of shell.substitutions.splice(from)) shell.process.setDescriptor(number, null);
}
