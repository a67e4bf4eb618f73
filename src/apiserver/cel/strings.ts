import type { Environment } from "@marcbachmann/cel-js";

import { goPattern } from "../custom-resources/go-pattern.ts";

/** https://pkg.go.dev/github.com/google/cel-go/ext#Strings and https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library */
export function registerStrings(environment: Environment): void {
  environment
    .registerFunction("string.charAt(int): string", (text: string, at: bigint) => Array.from(text)[Number(at)] ?? "")
    .registerFunction("string.replace(string, string): string", (text: string, old: string, by: string) =>
      text.replaceAll(old, () => by),
    )
    .registerFunction("string.replace(string, string, int): string", replaceSome)
    .registerFunction("string.reverse(): string", (text: string) => Array.from(text).toReversed().join(""))
    .registerFunction(
      "string.find(string): string",
      (text: string, pattern: string) => goPattern(pattern).exec(text)?.[0] ?? "",
    )
    .registerFunction("string.findAll(string): list<string>", (text: string, pattern: string) => findAll(text, pattern))
    .registerFunction("string.findAll(string, int): list<string>", (text: string, pattern: string, most: bigint) =>
      most < 0n ? findAll(text, pattern) : findAll(text, pattern).slice(0, Number(most)),
    );
}

/** At most `most` times; less than none is every time. */
function replaceSome(text: string, old: string, by: string, most: bigint): string {
  let left = most < 0n ? Infinity : Number(most);
  return text.replaceAll(old, () => (left-- > 0 ? by : old));
}

function findAll(text: string, pattern: string): string[] {
  const expression = goPattern(pattern);
  const matches = text.matchAll(new RegExp(expression.source, `${expression.flags}g`));
  return [...matches].map(([match]) => match);
}
