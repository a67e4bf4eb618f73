export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "symbol";
  /** Of a quoted name or string: what is between the quotes. */
  readonly text: string;
  readonly start: number;
}

const patterns =
  /\s+|--[^\n]*|#[^\n]*|\/\*[^]*?\*\/|(@@?[\w.]+|[a-z_]\w*)|`([^`]*)`|"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|''|\\[^])*)'|(\d+(?:\.\d+)?)|(<>|!=|<=|>=|\|\||[^])/giy;

/** Words, values and signs of SQL; comments are left out. A double quote makes a string, as MySQL has it. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(patterns)) {
    const [, word, name, doubled, single, digits, symbol] = match;
    const start = match.index;
    if (word !== undefined) tokens.push({ kind: "word", text: word, start });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, start });
    else if (doubled !== undefined) tokens.push({ kind: "string", text: unescaped(doubled), start });
    else if (single !== undefined)
      tokens.push({ kind: "string", text: unescaped(single.replaceAll("''", "'")), start });
    else if (digits !== undefined) tokens.push({ kind: "number", text: digits, start });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, start });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0" };

function unescaped(text: string): string {
  return text.replaceAll(/\\([^])/gu, (_, character: string) => escapes[character] ?? character);
}

/** Cuts at the semicolons; the rest that no semicolon ends comes apart. */
export function statementsIn(sql: string): { readonly statements: readonly string[]; readonly rest: string } {
  const statements: string[] = [];
  let from = 0;
  for (const { kind, text, start } of tokensOf(sql)) {
    if (kind !== "symbol" || text !== ";") continue;
    statements.push(sql.slice(from, start).trim());
    from = start + 1;
  }
  return { statements: statements.filter((statement) => statement !== ""), rest: sql.slice(from) };
}
