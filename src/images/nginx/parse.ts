/** One directive of nginx's configuration: `listen 80;`, or with a block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** What nginx says of a configuration that it will not run: `unknown directive "lisen" in /etc/nginx/nginx.conf:3`. */
export class ConfigError extends Error {}

/** Where a directive stands, as messages name it. */
export function placeOf({ file, line }: Pick<Directive, "file" | "line">): string {
  return `${file}:${line}`;
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly isQuoted: boolean;
}

/** `include` tells the files that a pattern names, with their text. Throws ConfigError. */
export function parseConfig(
  file: string,
  text: string,
  include: (pattern: string, directive: Directive) => readonly { readonly path: string; readonly text: string }[],
): readonly Directive[] {
  const tokens = tokensOf(text, file);
  const root = readBlock({ tokens, at: 0, file, depth: 0 });
  return expandIncludes(root, include);
}

type Include = Parameters<typeof parseConfig>[2];

function expandIncludes(directives: readonly Directive[], include: Include): readonly Directive[] {
  return directives.flatMap((directive) => {
    const { name, args, block } = directive;
    if (name === "include") {
      const pattern = args[0];
      if (pattern === undefined || args.length !== 1) {
        throw new ConfigError(`invalid number of arguments in "include" directive in ${placeOf(directive)}`);
      }
      return include(pattern, directive).flatMap(({ path, text }) => parseConfig(path, text, include));
    }
    return [block ? { ...directive, block: expandIncludes(block, include) } : directive];
  });
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  readonly file: string;
  readonly depth: number;
}

function readBlock(cursor: Cursor): Directive[] {
  const { tokens, file, depth } = cursor;
  const directives: Directive[] = [];
  for (let token = tokens[cursor.at]; token; token = tokens[cursor.at]) {
    if (isMark(token, "}")) {
      if (depth === 0) throw new ConfigError(`unexpected "}" in ${file}:${token.line}`);
      return directives;
    }
    if (isMark(token, ";") || isMark(token, "{")) {
      throw new ConfigError(`unexpected "${token.text}" in ${file}:${token.line}`);
    }
    directives.push(readDirective(cursor));
  }
  const last = tokens.at(-1)?.line ?? 1;
  if (depth > 0) throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${last}`);
  return directives;
}

function readDirective(cursor: Cursor): Directive {
  const { tokens, file } = cursor;
  const words: string[] = [];
  const start = tokens[cursor.at];
  for (let token = tokens[cursor.at]; token; token = tokens[cursor.at]) {
    cursor.at++;
    const [name = "", ...args] = words;
    const common = { name, args, file, line: start?.line ?? 1 };
    if (isMark(token, ";")) return { ...common, block: undefined };
    if (isMark(token, "{")) {
      const inner = { tokens, at: cursor.at, file, depth: cursor.depth + 1 };
      const block = readBlock(inner);
      cursor.at = inner.at + 1;
      return { ...common, block };
    }
    if (isMark(token, "}")) {
      throw new ConfigError(`unexpected "}" in ${file}:${token.line}`);
    }
    words.push(token.text);
  }
  throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${tokens.at(-1)?.line ?? 1}`);
}

function isMark({ text, isQuoted }: Token, mark: string): boolean {
  return !isQuoted && text === mark;
}

/** Words, quoted texts and the three marks. `${name}` is no block. */
const lexeme =
  /(#[^\n]*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\\.|\$\{\w+\}|[^\s{};"'#\\])(?:\\.|\$\{\w+\}|[^\s{;\\])*)|(["'])/gsu;

function tokensOf(text: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let from = 0;
  for (const match of text.matchAll(lexeme)) {
    line += newlines(text.slice(from, match.index));
    from = match.index;
    const [, comment, double, single, mark, word, open] = match;
    if (open !== undefined) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
    const quoted = double ?? single;
    const content = unescaped(quoted ?? mark ?? word ?? "");
    if (comment === undefined) tokens.push({ text: content, line, isQuoted: quoted !== undefined });
  }
  return tokens;
}

const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replaceAll(/\\(["'\\nrt])/gu, (_, letter: string) => controls[letter] ?? letter);
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}
