import { Failure } from "../../failure.ts";

/** A place in a script. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  next(): string {
    return this.text.charAt(this.at++);
  }

  take(character: string): boolean {
    const found = this.text.startsWith(character, this.at);
    if (found) this.at += character.length;
    return found;
  }

  /** Passes over what a sticky expression matches here. */
  skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** Up to the delimiter, which is passed over; an escaped one is plain. In a pattern, brackets protect it. */
  delimited(delimiter: string, isPattern: boolean): string {
    if (delimiter === "\\" || delimiter === "\n" || delimiter === "") throw new Failure("bad substitution expression");
    let out = "";
    while (!this.isAtEnd) {
      const character = this.next();
      if (character === delimiter) return out;
      if (character === "\\") {
        const escaped = this.next();
        out += escaped === delimiter && !/[1-9n]/u.test(escaped) ? plain(delimiter, isPattern) : `\\${escaped}`;
      } else if (character === "[" && isPattern) out += `[${this.bracket()}`;
      else out += character;
    }
    throw new Failure({ busybox: `unmatched '${delimiter}'`, gnu: unterminated(this.text) });
  }

  /** A bracket expression that is never closed takes all there is, delimiters too. */
  bracket(): string {
    return this.skip(/\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*(?:\]|$)/uy);
  }

  /** The rest of the line. */
  fileName(): string {
    this.skip(/[ \t]*/uy);
    const name = this.skip(/[^\n]*/uy);
    if (name === "") throw new Failure("empty filename");
    return name;
  }

  /** What `a`, `i` and `c` put in: the rest of the line, or the lines after `\`, each but the last ending with `\`. */
  textArgument(): string {
    this.skip(/[ \t]*/uy);
    const classic = this.skip(/\\[ \t]*\n/uy) !== "";
    if (!classic) {
      if (this.isAtEnd) throw new Failure("expected \\ after a, c or i");
      if (this.peek() === "\\" && this.skip(/\\(?=[ \t])/uy) === "") this.skip(/\\(?=[^nt\\])/uy);
    }
    const raw = this.skip(/(?:\\[^]|[^\n\\])*/uy);
    return `${raw.replace(/\\([^])/gu, (_, character: string) => (character === "t" ? "\t" : character))}\n`;
  }
}

/** What GNU's sed was reading: only an address begins with its delimiter. */
function unterminated(text: string): string {
  const [, letter] = /(?:^|[;{}\s\d$,!])([sy])[^\w\s]/u.exec(text) ?? [];
  return letter === undefined ? "unterminated address regex" : `unterminated \`${letter}' command`;
}

/** A delimiter that means something to a regular expression is protected from doing so. */
function plain(delimiter: string, isPattern: boolean): string {
  if (!isPattern) return delimiter === "&" ? String.raw`\&` : delimiter;
  return "^$.*[]".includes(delimiter) ? `[${delimiter}]`.replace("[^]", String.raw`\^`) : delimiter;
}
