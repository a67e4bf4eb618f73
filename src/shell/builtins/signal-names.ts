import { signalNumbers } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import type { Condition } from "../shell.ts";

export const signals = Object.keys(signalNumbers) as Signal[];

/** `TERM`, `SIGTERM`, `15`, in any case. */
export function signalFrom(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return signals.find((signal) => signalNumbers[signal] === Number(text));
  const name = text.toUpperCase().replace(/^SIG/, "");
  return signals.find((signal) => signal === `SIG${name}`);
}

/** What `trap` knows: signals, `EXIT` or 0, and bash's `ERR` and `DEBUG`. */
export function conditionFrom(text: string, bash: boolean): Condition | undefined {
  if (text === "0" || text.toUpperCase() === "EXIT") return "EXIT";
  const event = (["ERR", "DEBUG"] as const).find((name) => name === text.toUpperCase());
  if (bash && event) return event;
  return signalFrom(text);
}

/** Without its `SIG`. */
export function shortName(condition: Condition): string {
  return condition.replace(/^SIG/, "");
}
