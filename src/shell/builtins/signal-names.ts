import { signalNumbers } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import type { Condition } from "../shell.ts";

export const signals = Object.keys(signalNumbers) as Signal[];

const numbered =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU " +
  "XFSZ VTALRM PROF WINCH IO PWR SYS";
const realTime = Array.from({ length: 31 }, (_, index) => {
  const name = index < 16 ? `RTMIN+${index}` : `RTMAX-${30 - index}`;
  return name.replace(/[+-]0$/, "");
});

/** All that Linux has, with their numbers, as `kill -l` lists them. */
export const listedSignals: readonly (readonly [number: number, name: string])[] = [
  ...numbered.split(" ").map((name, index) => [index + 1, name] as const),
  ...realTime.map((name, index) => [index + 34, name] as const),
];

/** `TERM`, `SIGTERM`, `15`, in any case. */
export function signalFrom(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return signals.find((signal) => signalNumbers[signal] === Number(text));
  const name = text.toUpperCase().replace(/^SIG/, "");
  return signals.find((signal) => signal === `SIG${name}`);
}

/** What `trap` knows: signals, `EXIT` or 0, and bash's `ERR`, `DEBUG` and `RETURN`. */
export function conditionFrom(text: string, bash: boolean): Condition | undefined {
  if (text === "0" || text.toUpperCase() === "EXIT") return "EXIT";
  const event = (["ERR", "DEBUG", "RETURN"] as const).find((name) => name === text.toUpperCase());
  if (bash && event) return event;
  return signalFrom(text);
}

/** Without its `SIG`. */
export function shortName(condition: Condition): string {
  return condition.replace(/^SIG/, "");
}
