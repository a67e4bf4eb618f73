import { forEachChild, parse } from "unbash";
import type { CommandArgument, SyntaxNode } from "unbash";

import type { Shell } from "./shell.ts";

/** Text that came from an alias, which is not to be expanded in it again. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

interface Occurrence {
  readonly pos: number;
  readonly end: number;
  readonly value: string;
  readonly name: string;
}

/** Bash does it for interactive shells only, unless told. */
export function expandsAliases({ aliases, dialect, options, switches }: Shell): boolean {
  return aliases.size > 0 && (!dialect.bash || options.interactive || switches.has("expand_aliases"));
}

/** The text with the names of its commands replaced by what they are aliases of. */
export function expandAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  let expanded = text;
  let regions: readonly Region[] = [];
  for (;;) {
    const found = firstOccurrence(expanded, aliases, regions);
    if (!found) return expanded;
    const { pos, end, value, name } = found;
    expanded = expanded.slice(0, pos) + value + expanded.slice(end);
    const growth = value.length - (end - pos);
    regions = [...regions.map((region) => shifted(region, pos, growth)), { start: pos, end: pos + value.length, name }];
  }
}

function shifted({ start, end, name }: Region, at: number, growth: number): Region {
  return { start: start > at ? start + growth : start, end: end > at ? end + growth : end, name };
}

function firstOccurrence(
  text: string,
  aliases: ReadonlyMap<string, string>,
  regions: readonly Region[],
): Occurrence | undefined {
  let first: Occurrence | undefined;
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Command" && node.name) {
      const found = inCommand([node.name, ...node.args], aliases, regions);
      if (found && (!first || found.pos < first.pos)) first = found;
    }
    forEachChild(node, visit);
  };
  visit(parse(text));
  return first;
}

/** The command's name; also what follows an alias that ends in a blank. */
function inCommand(
  words: readonly CommandArgument[],
  aliases: ReadonlyMap<string, string>,
  regions: readonly Region[],
): Occurrence | undefined {
  for (const [index, word] of words.entries()) {
    const isDue =
      index === 0 ||
      regions.some(
        ({ end, name }) => end <= word.pos && endsInBlank(aliases.get(name)) && end >= (words[index - 1]?.end ?? 0),
      );
    const value = isDue && word.type === "Word" && word.text === word.value ? aliases.get(word.text) : undefined;
    const isInside = regions.some(({ start, end, name }) => name === word.text && start <= word.pos && word.end <= end);
    if (value !== undefined && !isInside) return { pos: word.pos, end: word.end, value, name: word.text };
  }
  return undefined;
}

function endsInBlank(value: string | undefined): boolean {
  return value !== undefined && /[ \t]$/.test(value);
}
