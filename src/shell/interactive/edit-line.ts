/** A line being edited: its characters, and where the cursor stands among them. */
export interface EditLine {
  readonly characters: readonly string[];
  readonly cursor: number;
}

export const emptyLine: EditLine = { characters: [], cursor: 0 };

export function lineOf(text: string): EditLine {
  const characters = Array.from(text);
  return { characters, cursor: characters.length };
}

export function textOf({ characters }: EditLine): string {
  return characters.join("");
}

export function insert({ characters, cursor }: EditLine, text: string): EditLine {
  const added = Array.from(text);
  return {
    characters: [...characters.slice(0, cursor), ...added, ...characters.slice(cursor)],
    cursor: cursor + added.length,
  };
}

/** Without what lies between two places. */
export function remove({ characters }: EditLine, from: number, to: number): EditLine {
  return { characters: [...characters.slice(0, from), ...characters.slice(to)], cursor: from };
}

export function moveTo({ characters }: EditLine, cursor: number): EditLine {
  return { characters, cursor: Math.max(0, Math.min(characters.length, cursor)) };
}

/** Where the word before the cursor begins. */
export function wordStart({ characters, cursor }: EditLine, isPart: (character: string) => boolean): number {
  let at = cursor;
  while (at > 0 && !isPart(characters[at - 1] ?? "")) at--;
  while (at > 0 && isPart(characters[at - 1] ?? "")) at--;
  return at;
}

/** Where the word at or after the cursor ends. */
export function wordEnd({ characters, cursor }: EditLine): number {
  let at = cursor;
  while (at < characters.length && !isWordCharacter(characters[at] ?? "")) at++;
  while (at < characters.length && isWordCharacter(characters[at] ?? "")) at++;
  return at;
}

export function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}

export function isNoBlank(character: string): boolean {
  return character !== " " && character !== "\t";
}
