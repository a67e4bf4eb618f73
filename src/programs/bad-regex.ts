import type { RegexError } from "../regex/syntax.ts";
import type { Flavoured } from "./flavour.ts";

/** `bad regex 'x': why`; GNU's tools say no more than why. */
export function badRegex(pattern: string, { message, glibc }: RegexError): Flavoured<string> {
  return { busybox: `bad regex '${pattern}': ${glibc}`, alpine: `bad regex '${pattern}': ${message}`, gnu: glibc };
}
