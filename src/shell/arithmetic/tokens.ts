/** A piece of an arithmetic expression. */
export interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
}

const tokenPattern =
  /\s*(?:(\d[\w#@]*)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[<>=!+\-*/%&|^]=|[-+*/%<>=!~&|^?:,()[\]]))/y;

/** Or what is left when there is something that is none. */
export function tokenize(expression: string): Token[] | { readonly unknown: string } {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) return { unknown: text.slice(at).trimStart() };
    const [, number, name, operator] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "operator", text: operator ?? "" });
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}
