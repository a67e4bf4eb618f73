import { type Signal, signalNumbers } from "../../runtime/process.ts";
import { Failure } from "../failure.ts";

/** `9`, `KILL`, `sigkill` or `SIGKILL`; 0 only asks whether the process exists. */
export function signalNamed(text: string): Signal | 0 {
  if (text === "0") return 0;
  const wanted = text.toUpperCase().replace(/^SIG/u, "");
  const found = Object.entries(signalNumbers).find(
    ([name, number]) => name === `SIG${wanted}` || String(number) === wanted,
  );
  if (found === undefined) throw new Failure(`bad signal name '${text}'`);
  return found[0] as Signal;
}

/** `1) HUP`, as `kill -l` lists them. */
export function signalList(): readonly string[] {
  return Object.entries(signalNumbers).map(([name, number]) => `${String(number).padStart(2)}) ${name.slice(3)}`);
}

/** Takes `-9`, `-KILL`, `-s KILL` off a command line; SIGTERM without any. */
export function takeSignal(args: readonly string[]): { signal: Signal | 0; rest: readonly string[] } {
  const [first = "", second, ...others] = args;
  if (first === "-s" && second !== undefined) return { signal: signalNamed(second), rest: others };
  const name = /^-(\d+|[A-Z]+\d*)$/u.exec(first)?.[1];
  const known = name === undefined ? undefined : signalOrNone(name);
  if (known === undefined) return { signal: "SIGTERM", rest: args };
  return { signal: known, rest: args.slice(1) };
}

/** undefined: an option that is not a signal. */
function signalOrNone(name: string): Signal | 0 | undefined {
  if (/^\d/u.test(name) || name.length > 1) return signalNamed(name);
  return undefined;
}
