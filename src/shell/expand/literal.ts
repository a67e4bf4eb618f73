import type { Shell } from "../shell.ts";
import { inOrder } from "./emit.ts";
import type { Emit } from "./emit.ts";
import { homeOf } from "./tilde.ts";

/** Script text outside quotes: backslashes quote what follows them. */
export function compileLiteral(text: string): Emit {
  if (!text.includes("\\")) return (_shell, sink) => sink.literal(text);
  const segments: Emit[] = [];
  const pattern = /\\\n|\\([^])|\\$|[^\\]+/g;
  for (const [segment, escaped] of text.matchAll(pattern)) {
    if (segment === "\\\n") continue;
    if (escaped !== undefined) segments.push((_shell, sink) => sink.quoted(escaped));
    else if (segment === "\\") segments.push((_shell, sink) => sink.quoted("\\"));
    else segments.push((_shell, sink) => sink.literal(segment));
  }
  return inOrder(segments);
}

/** A literal at the start of a word, where `~` may stand for a home. `ends`: it is the whole word. */
export function compileLeading(text: string, ends: boolean, assigned: boolean): Emit {
  const pieces = assigned ? text.split(/(?<=:)/) : [text];
  if (!pieces.some((piece) => piece.startsWith("~"))) return compileLiteral(text);
  return inOrder(pieces.map((piece, index) => compilePiece(piece, ends || index < pieces.length - 1, assigned)));
}

function compilePiece(text: string, ends: boolean, assigned: boolean): Emit {
  const match = (assigned ? /^~([\w.+-]*)(?=[/:]|$)/ : /^~([\w.+-]*)(?=\/|$)/).exec(text);
  if (!match || (match[0].length === text.length && !ends)) return compileLiteral(text);
  const [prefix, user = ""] = match;
  const rest = compileLiteral(text.slice(prefix.length));
  return (shell: Shell, sink) => {
    sink.quoted(homeOf(shell, user) ?? prefix);
    return text.length > prefix.length ? rest(shell, sink) : undefined;
  };
}
