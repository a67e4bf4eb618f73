/** A quote that is never closed, and where it is; undefined where there is none. */
export function unmatchedQuote(line: string): { readonly quote: string; readonly at: number } | undefined {
  const closed = /^(?:[^"'\\]|\\[^]|"[^"]*"|'[^']*')*/u.exec(line)?.[0] ?? "";
  const quote = /^["']/u.exec(line.slice(closed.length))?.[0];
  return quote === undefined ? undefined : { quote, at: closed.length };
}

/** The words of a line of xargs: apart by blanks, held together by quotes and backslashes. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:[^\s"'\\]|\\[^]|"[^"]*"?|'[^']*'?)+/gu)) {
    words.push(
      word.replace(/\\([^])|"([^"]*)"?|'([^']*)'?/gu, (_, ...parts: (string | undefined)[]) => {
        return parts.slice(0, 3).find((part) => part !== undefined) ?? "";
      }),
    );
  }
  return words;
}
