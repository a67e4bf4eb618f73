import type { Regex } from "../../../regex/regex.ts";
import { Failure } from "../../failure.ts";
import type { Code, Scope } from "./compile.ts";
import { longestText } from "./machine.ts";
import { type Maybe, after } from "./maybe.ts";
import { compilePlace } from "./places.ts";
import type { Expression } from "./syntax.ts";
import type { Value } from "./value.ts";

/** `sub` and `gsub`: change a variable, an element or a field in place and give the number of changes. */
export function compileSubstitution(
  { name, args: [pattern, replacement, target] }: Expression & { kind: "call" },
  scope: Scope,
  compile: (inner: Expression) => Code,
): Code {
  const { machine } = scope;
  if (pattern === undefined || replacement === undefined) throw new Failure("cmd. line:1: Too few arguments");
  const source: Code = pattern.kind === "regex" ? () => pattern.source : compile(pattern);
  const into = compile(replacement);
  const isPlace = target?.kind === "variable" || target?.kind === "element" || target?.kind === "field";
  const value = target && !isPlace ? compile(target) : undefined;
  const place = compilePlace(isPlace ? target : { kind: "field", index: { kind: "number", value: 0 } }, scope, compile);
  const change = (regex: Regex, text: Value): Maybe<Value> =>
    after(value ? value() : place.resolve(), (subject) => {
      const isReference = typeof subject === "object" && "get" in subject;
      const before = machine.text(isReference ? subject.get() : subject);
      const { result, count } = replaced(before, regex, { by: machine.text(text), all: name === "gsub" });
      if (count > 0 && isReference) subject.set(result);
      return count;
    });
  return () => after(source(), (regex) => after(into(), (text) => change(machine.regex(machine.text(regex)), text)));
}

function replaced(
  text: string,
  regex: Regex,
  { by, all }: { by: string; all: boolean },
): { result: string; count: number } {
  let result = "";
  let copied = 0;
  let count = 0;
  for (let at = 0; at <= text.length;) {
    const match = regex.exec(text, at);
    if (match === undefined) break;
    if (match.end > match.start || match.start > copied || count === 0) {
      result += text.slice(copied, match.start) + expanded(by, text.slice(match.start, match.end));
      if (result.length > longestText) throw new Failure("out of memory", 2);
      copied = match.end;
      count++;
    }
    if (!all) break;
    at = match.end > match.start ? match.end : match.end + 1;
  }
  return { result: result + text.slice(copied), count };
}

/** `&` is the match, `\&` an ampersand. */
function expanded(by: string, match: string): string {
  if (!by.includes("&") && !by.includes("\\")) return by;
  return by.replace(/\\(&|\\)|&/gu, (_, escaped: string | undefined) => escaped ?? match);
}
