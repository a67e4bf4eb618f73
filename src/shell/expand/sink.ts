import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { joined, outOfMemory } from "./joined.ts";
import { matchingPaths } from "./pathname.ts";
import { escapePattern, hasWildcards } from "./pattern.ts";

/** Where the parts of a word go as they are expanded. What it makes of them depends on where the word stands. */
export interface Sink {
  /** Text that means itself. */
  quoted(text: string): void;
  /** Text of the script outside quotes: its wildcards count. */
  literal(text: string): void;
  /** What an expansion outside quotes gave: it is split at IFS, and its wildcards count. */
  expanded(text: string): void;
  /** Between the elements of `"$@"`. */
  breakField(): void;
  /** Whether several fields can come out of it: else `"$@"` is joined by blanks. */
  readonly splits: boolean;
}

/** Arguments of one command. */
const mostFields = 500_000;

/** Arguments: split at IFS, then matched against files. */
export class FieldSink implements Sink {
  readonly fields: string[] = [];
  readonly splits = true;
  readonly #shell: Shell;
  #text = "";
  #pattern = "";
  #isOpen = false;
  #mayMatch = false;
  /** The last field ended at blanks: a delimiter that follows belongs to the same end. */
  #endedAtBlank = false;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  quoted(text: string): void {
    this.#isOpen = true;
    this.#text = joined(this.#text, text);
    this.#pattern += escapePattern(text);
  }

  literal(text: string): void {
    if (text === "") return;
    this.#isOpen = true;
    this.#text += text;
    this.#pattern += text;
    this.#mayMatch ||= hasWildcards(text);
  }

  expanded(text: string): void {
    const separators = this.#shell.variables.get("IFS") ?? " \t\n";
    if (separators === "" || !containsAny(text, separators)) {
      this.#take(text);
      return;
    }
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at] ?? "";
      if (!separators.includes(character)) continue;
      this.#take(text.slice(start, at));
      start = at + 1;
      this.#delimit(character);
    }
    this.#take(text.slice(start));
  }

  breakField(): void {
    this.end();
  }

  /** The word is complete. */
  end(): void {
    this.#endedAtBlank = false;
    if (this.#isOpen) this.#finish();
  }

  #take(text: string): void {
    if (text === "") return;
    this.#endedAtBlank = false;
    this.#isOpen = true;
    this.#text = joined(this.#text, text);
    this.#pattern += text.includes("\\") ? text.replaceAll("\\", "\\\\") : text;
    this.#mayMatch ||= hasWildcards(text);
  }

  #delimit(separator: string): void {
    const isBlank = separator === " " || separator === "\t" || separator === "\n";
    if (isBlank) {
      if (!this.#isOpen) return;
      this.#finish();
      this.#endedAtBlank = true;
    } else if (this.#endedAtBlank && !this.#isOpen) this.#endedAtBlank = false;
    else this.#finish();
  }

  #finish(): void {
    const text = this.#text;
    const pattern = this.#pattern;
    const mayMatch = this.#mayMatch;
    this.#text = "";
    this.#pattern = "";
    this.#isOpen = false;
    this.#mayMatch = false;
    if (this.fields.length >= mostFields) throw outOfMemory();
    if (mayMatch && !this.#shell.options.noglob) this.#match(pattern, text);
    else this.fields.push(text);
  }

  #match(pattern: string, text: string): void {
    const { process, dialect, switches } = this.#shell;
    const paths = matchingPaths(process.files, process.cwd, pattern, {
      extended: dialect.bash && switches.has("extglob"),
      hidden: switches.has("dotglob"),
      deep: switches.has("globstar"),
      ignoreCase: switches.has("nocaseglob"),
    });
    if (paths.length > 0) for (const path of paths) this.fields.push(path);
    else if (switches.has("failglob")) throw new ShellError(`no match: ${text}`, 1, false);
    else if (!switches.has("nullglob")) this.fields.push(text);
  }
}

/** One text: the value of an assignment, the target of a redirection, a here-document. */
export class TextSink implements Sink {
  readonly splits = false;
  text = "";

  quoted(text: string): void {
    this.text = joined(this.text, text);
  }

  literal(text: string): void {
    this.text += text;
  }

  expanded(text: string): void {
    this.text = joined(this.text, text);
  }

  breakField(): void {
    this.text += " ";
  }
}

/** A pattern: what was quoted means itself. */
export class PatternSink implements Sink {
  readonly splits = false;
  pattern = "";
  readonly #escape: (text: string) => string;

  constructor(escape: (text: string) => string = escapePattern) {
    this.#escape = escape;
  }

  quoted(text: string): void {
    this.pattern = joined(this.pattern, this.#escape(text));
  }

  literal(text: string): void {
    this.pattern += text;
  }

  expanded(text: string): void {
    this.pattern = joined(this.pattern, text);
  }

  breakField(): void {
    this.pattern += " ";
  }
}

function containsAny(text: string, characters: string): boolean {
  for (const character of text) if (characters.includes(character)) return true;
  return false;
}
