import { forEachChild, parse } from "unbash";
import type { SyntaxNode } from "unbash";

interface Replacement {
  readonly pos: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the names of its commands replaced by what they are aliases of. */
export function expandAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  const replacements: Replacement[] = [];
  const visit = (node: SyntaxNode) => {
    if (node.type === "Command" && node.name) {
      const words = [node.name, ...node.args];
      for (const word of words) {
        const value = word.type === "Word" && word.text === word.value ? aliases.get(word.text) : undefined;
        if (value === undefined) break;
        replacements.push({ pos: word.pos, end: word.end, text: resolve(word.text, aliases, new Set()) });
        if (!/[ \t]$/.test(value)) break;
      }
    }
    forEachChild(node, visit);
  };
  visit(parse(text));
  return replacements
    .toSorted((a, b) => b.pos - a.pos)
    .reduce((out, { pos, end, text: value }) => out.slice(0, pos) + value + out.slice(end), text);
}

/** An alias may begin with another one, but not with itself. */
function resolve(name: string, aliases: ReadonlyMap<string, string>, seen: ReadonlySet<string>): string {
  const value = aliases.get(name);
  if (value === undefined || seen.has(name)) return name;
  const first = /^\s*([^\s;&|<>()$`'"\\]+)/.exec(value);
  const inner = first?.[1];
  if (inner === undefined || !aliases.has(inner)) return value;
  const at = value.indexOf(inner);
  return value.slice(0, at) + resolve(inner, aliases, new Set([...seen, name])) + value.slice(at + inner.length);
}
