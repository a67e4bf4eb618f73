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
