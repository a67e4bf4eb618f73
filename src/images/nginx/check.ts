import { argumentCounts, contexts, invisible, known, simulated } from "./directives.ts";
import { ConfigError, type Directive, placeOf } from "./parse.ts";

/** Blocks whose content is no directives. */
const tables: ReadonlySet<string> = new Set(["types", "map", "geo", "split_clients"]);

/** Throws ConfigError for what nginx would refuse; what it would take but we cannot do is a warning. */
export function checkDirectives(directives: readonly Directive[], context = "main"): readonly string[] {
  return directives.flatMap((directive) => {
    const { name, block } = directive;
    const warning = checkDirective(directive, context);
    const inner = block && !tables.has(name) && !known.has(name) ? checkDirectives(block, name) : [];
    return warning === undefined ? inner : [warning, ...inner];
  });
}

function checkDirective(directive: Directive, context: string): string | undefined {
  const { name, args, block } = directive;
  const isKnown = simulated.has(name) || invisible.has(name);
  if (!isKnown && !known.has(name)) throw new ConfigError(`unknown directive "${name}" in ${placeOf(directive)}`);
  const allowed = contexts[name];
  if (allowed && !allowed.includes(context)) {
    throw new ConfigError(`"${name}" directive is not allowed here in ${placeOf(directive)}`);
  }
  const [least, most] = argumentCounts[name] ?? [0, Infinity];
  const isCounted = !(name === "server" && context === "upstream");
  if (isCounted && (args.length < least || args.length > most)) {
    throw new ConfigError(`invalid number of arguments in "${name}" directive in ${placeOf(directive)}`);
  }
  const needsBlock =
    ["http", "events", "location", "upstream", "types"].includes(name) || (name === "server" && context === "http");
  if (needsBlock && !block) throw new ConfigError(`directive "${name}" has no opening "{" in ${placeOf(directive)}`);
  const mayHaveBlock = needsBlock || !isKnown || ["map", "location"].includes(name);
  if (block && !mayHaveBlock) {
    throw new ConfigError(`directive "${name}" is not terminated by ";" in ${placeOf(directive)}`);
  }
  if (name === "location") checkLocation(directive);
  return isKnown ? undefined : `directive "${name}" is not simulated, ignored in ${placeOf(directive)}`;
}

function checkLocation(directive: Directive): void {
  const { args } = directive;
  const [first = "", second] = args;
  const isModified = ["=", "^~", "~", "~*"].includes(first);
  if (args.length === 2 && !isModified) {
    throw new ConfigError(`invalid location modifier "${first}" in ${placeOf(directive)}`);
  }
  if (args.length === 0 || args.length > 2 || (isModified && second === undefined)) {
    throw new ConfigError(`invalid number of arguments in "location" directive in ${placeOf(directive)}`);
  }
}
