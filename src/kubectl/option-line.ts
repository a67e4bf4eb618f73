import type { Flag } from "./flags.ts";

const defaults: Readonly<Record<Flag["kind"], string>> = {
  boolean: "=false",
  number: "=0",
  duration: "=0s",
  list: "=[]",
  array: "=[]",
  value: "=''",
  optional: "=''",
};

/** A flag as `--help` lists it. */
export function optionLine({ name, short, kind }: Flag): string {
  return `    ${short === undefined ? "" : `-${short}, `}--${name}${defaults[kind]}`;
}
