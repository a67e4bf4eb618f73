/** A piece of an arithmetic expression. */
export interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
}

const tokenPattern =
  /\s*(?:(\d[\w#@]*)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[<>=!+\-*/%&|^]=|[-+*/%<>=!~&|^?:,()[\]]))/y;

/** Undefined when there is something that is none. */
export function tokenize(expression: string): Token[] | undefined {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const match = tokenPattern.exec(text);
    if (!match) return undefined;
    const [, number, name, operator] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "operator", text: operator ?? "" });
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}
