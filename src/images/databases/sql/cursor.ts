import { SqlError, syntaxError } from "./errors.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** Reads a statement token by token. Throws SqlError for what is not there. */
export class Cursor {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokensOf(sql);
    if (this.#tokens.length > mostTokens) throw tooLarge();
  }

  get token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  get isAtEnd(): boolean {
    return this.token === undefined;
  }

  next(): Token {
    const { token } = this;
    if (!token) throw this.error();
    this.#at++;
    return token;
  }

  /** Whether these words come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, offset) => {
      const token = this.#tokens[this.#at + offset];
      return token !== undefined && isPlain(token) && token.text.toLowerCase() === word;
    });
  }

  /** Takes these words, if they come next. */
  take(...words: readonly string[]): boolean {
    const isThere = this.sees(...words);
    if (isThere) this.#at += words.length;
    return isThere;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) throw this.error();
  }

  name(): string {
    const { kind, text } = this.next();
    if (kind === "word" || kind === "name") return text;
    this.#at--;
    throw this.error();
  }

  /** One and more, with commas in between. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take(",")) items.push(item());
    return items;
  }

  /** Reads what is within something else; throws SqlError where that goes too deep. */
  within<T>(read: () => T): T {
    if (++this.#depth > deepest) throw tooLarge();
    const value = read();
    this.#depth--;
    return value;
  }

  end(): void {
    if (!this.isAtEnd) throw this.error();
  }

  error(): Error {
    return syntaxError(this.token ? this.sql.slice(this.token.start) : "");
  }
}

const mostTokens = 20_000;
const deepest = 100;

function tooLarge(): SqlError {
  return new SqlError(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes");
}

function isPlain({ kind }: Token): boolean {
  return kind === "word" || kind === "symbol";
}
