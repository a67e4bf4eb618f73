import { Failure } from "../../failure.ts";
import type { Token } from "./lexer.ts";

/** Tokens being read. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Inside `print`, outside parentheses: `>` is a redirection. */
  greaterRedirects = false;
  readonly functionNames: ReadonlySet<string>;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    const names = tokens.filter((_, index) => /^func(?:tion)?$/u.test(tokens[index - 1]?.text ?? ""));
    this.functionNames = new Set(names.map(({ text }) => text));
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Failure("cmd. line:1: Unexpected end of string");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Whether an operator or keyword comes next. */
  isAt(text: string): boolean {
    const { kind, text: found } = this.peek();
    return found === text && (kind === "operator" || kind === "keyword" || kind === "newline");
  }

  take(text: string): boolean {
    const found = this.isAt(text);
    if (found) this.#at++;
    return found;
  }

  expect(text: string): void {
    if (!this.take(text)) this.unexpected();
  }

  name(): string {
    const token = this.next();
    if (token.kind !== "name") this.unexpected(token);
    return token.text;
  }

  skipNewlines(): void {
    while (this.take("\n"));
  }

  /** Between statements and rules. */
  skipTerminators(): void {
    while (this.take("\n") || this.take(";"));
  }

  /** Reads with `>` as a comparison: what parentheses and brackets hold. */
  enclosed<T>(read: () => T): T {
    const before = this.greaterRedirects;
    this.greaterRedirects = false;
    const result = read();
    this.greaterRedirects = before;
    return result;
  }

  unexpected(token: Token = this.peek()): never {
    throw new Failure(`cmd. line:${token.line}: Unexpected ${token.kind === "end" ? "end of string" : "token"}`);
  }
}
