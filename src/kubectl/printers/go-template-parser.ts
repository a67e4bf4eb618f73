import { KubectlError } from "../kubectl-error.ts";
import { templateFunctions } from "./go-template-functions.ts";

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipeline: Pipeline }
  | Block;

export interface Block {
  readonly kind: "if" | "with" | "range";
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export interface Pipeline {
  /** `$i, $item := …` */
  readonly declares: readonly string[];
  /** `=` instead of `:=`. */
  readonly assign: boolean;
  readonly commands: readonly (readonly Expression[])[];
}

interface Placed {
  readonly at: number;
  readonly source: string;
}

export type Expression = Placed &
  (
    | { readonly kind: "literal"; readonly value: unknown }
    | { readonly kind: "dot" }
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "pipeline"; readonly pipeline: Pipeline }
    | {
        readonly kind: "field";
        readonly names: readonly string[];
        /** `$item.name` */
        readonly variable?: string;
        /** `(…).name` */
        readonly of?: Expression;
      }
  );

/** Throws KubectlError with Go's words. */
export function parseGoTemplate(text: string): readonly Node[] {
  return new Parser(text).all();
}

interface Token {
  readonly text: string;
  readonly at: number;
  /** Whether a space goes before it. */
  readonly spaced: boolean;
}

const tokenPattern =
  /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|:=|[|(),=]|\$?(?:\.[\p{L}_][\p{L}\d_]*)+|\$[\p{L}\d_]*(?:\.[\p{L}_][\p{L}\d_]*)*|[-+]?\d[\d._]*(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\d_]*|\./uy;

class Parser {
  readonly #text: string;
  #at = 0;
  #trimNext = false;
  #tokens: Token[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  all(): Node[] {
    const { nodes, end } = this.#list();
    if (end !== undefined) throw this.#error(`unexpected {{${end}}}`);
    return nodes;
  }

  /** Up to `{{end}}`, `{{else}}` or the end of the text. */
  #list(): { nodes: Node[]; end: "end" | "else" | undefined } {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length) {
      const open = this.#text.indexOf("{{", this.#at);
      this.#pushText(nodes, open < 0 ? this.#text.length : open);
      if (open < 0) break;
      if (!this.#readAction(open)) continue;
      const word = this.#tokens[0]?.text;
      if (word === "end" || word === "else") return { nodes, end: word };
      nodes.push(this.#node());
    }
    return { nodes, end: undefined };
  }

  #pushText(nodes: Node[], end: number): void {
    let text = this.#text.slice(this.#at, end);
    if (this.#trimNext) text = text.trimStart();
    if (/^\{\{-\s/u.test(this.#text.slice(end, end + 4))) text = text.trimEnd();
    if (text !== "") nodes.push({ kind: "text", text });
    this.#trimNext = false;
    this.#at = end;
  }

  /** False: it was a comment. */
  #readAction(open: number): boolean {
    const comment = /^\{\{(?:-\s)?\s*\/\*.*?\*\/(\s+-)?\s*\}\}/su.exec(this.#text.slice(open));
    if (comment) {
      this.#at = open + comment[0].length;
      this.#trimNext = comment[1] !== undefined;
      return false;
    }
    this.#tokens = [];
    let at = open + (/^\{\{-\s/u.test(this.#text.slice(open)) ? 3 : 2);
    for (;;) {
      const space = /^\s*/u.exec(this.#text.slice(at))?.[0] ?? "";
      at += space.length;
      const close = /^(-?)\}\}/u.exec(this.#text.slice(at));
      if (close) {
        this.#trimNext = close[1] === "-" && space !== "";
        this.#at = at + close[0].length;
        return true;
      }
      at = this.#readToken(at, space !== "");
    }
  }

  #readToken(at: number, spaced: boolean): number {
    if (at >= this.#text.length) throw this.#error("unclosed action");
    tokenPattern.lastIndex = at;
    const [text] = tokenPattern.exec(this.#text) ?? [];
    if (text === undefined) {
      const letter = this.#text.charAt(at);
      if (letter === '"') throw this.#error("unterminated quoted string");
      const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
      throw this.#error(`unexpected bad character U+${code} '${letter}' in command`);
    }
    this.#tokens.push({ text, at, spaced });
    return at + text.length;
  }

  #node(): Node {
    const word = this.#tokens[0]?.text ?? "";
    if (word === "if" || word === "with" || word === "range") {
      this.#tokens.shift();
      return this.#block(word);
    }
    return { kind: "action", pipeline: this.#pipeline("command") };
  }

  #block(kind: "if" | "with" | "range"): Node {
    const pipeline = this.#pipeline(kind);
    const { nodes: body, end } = this.#list();
    if (end === undefined) throw this.#error("unexpected EOF");
    if (end === "end") return { kind, pipeline, body, otherwise: [] };
    this.#tokens.shift();
    // `{{else if …}}` is a block of its own that shares our end.
    if (this.#tokens.length > 0) return { kind, pipeline, body, otherwise: [this.#node()] };
    const { nodes: otherwise, end: close } = this.#list();
    if (close !== "end") throw this.#error("unexpected EOF");
    return { kind, pipeline, body, otherwise };
  }

  #pipeline(context: string): Pipeline {
    const declares: string[] = [];
    const mark = this.#tokens.findIndex(({ text }) => text === ":=" || text === "=");
    const assign = this.#tokens[mark]?.text === "=";
    if (mark > 0) {
      const heads = this.#tokens.splice(0, mark + 1);
      declares.push(...heads.map(({ text }) => text).filter((text) => text.startsWith("$")));
    }
    const commands: Expression[][] = [[]];
    while (this.#tokens.length > 0 && this.#tokens[0]?.text !== ")") {
      if (this.#tokens[0]?.text === "|") {
        this.#tokens.shift();
        commands.push([]);
      } else commands.at(-1)?.push(this.#operand());
    }
    if (commands.some((command) => command.length === 0)) throw this.#error(`missing value for ${context}`);
    return { declares, assign, commands };
  }

  #operand(): Expression {
    const token = this.#tokens.shift();
    const { text = "", at = 0 } = token ?? {};
    const place = { at, source: text };
    if (text === "(") {
      const pipeline = this.#pipeline("parenthesized pipeline");
      if (this.#tokens.shift()?.text !== ")") throw this.#error("unclosed left paren");
      const inner: Expression = { ...place, kind: "pipeline", pipeline };
      const next = this.#tokens[0];
      if (!next || next.spaced || !/^\.[\p{L}_]/u.test(next.text)) return inner;
      this.#tokens.shift();
      return { at: next.at, source: next.text, kind: "field", names: next.text.slice(1).split("."), of: inner };
    }
    if (text === ".") return { ...place, kind: "dot" };
    if (text.startsWith(".")) return { ...place, kind: "field", names: text.slice(1).split(".") };
    if (text.startsWith("$")) {
      const [variable = "$", ...names] = text.split(".");
      return { ...place, kind: "field", names, variable };
    }
    return this.#literal(place);
  }

  #literal(place: Placed): Expression {
    const { source } = place;
    if (source.startsWith("`")) return { ...place, kind: "literal", value: source.slice(1, -1) };
    if (source.startsWith('"')) return { ...place, kind: "literal", value: unquoted(source) };
    if (source.startsWith("'")) return { ...place, kind: "literal", value: source.codePointAt(1) };
    if (/^[-+\d]/u.test(source)) return { ...place, kind: "literal", value: Number(source.replaceAll("_", "")) };
    if (source === "true" || source === "false") return { ...place, kind: "literal", value: source === "true" };
    if (source === "nil") return { ...place, kind: "literal", value: null };
    if (!(source in templateFunctions)) throw this.#error(`function ${JSON.stringify(source)} not defined`);
    return { ...place, kind: "function", name: source };
  }

  #error(why: string): KubectlError {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return new KubectlError(`error parsing template ${this.#text}, template: output:${line}: ${why}`);
  }
}

function unquoted(source: string): string {
  return source
    .slice(1, -1)
    .replaceAll(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/gsu, (_, ...found: (string | undefined)[]) => {
      const [unicode, hex, letter = ""] = found;
      const code = unicode ?? hex;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return { n: "\n", t: "\t", r: "\r", "0": "\0" }[letter] ?? letter;
    });
}
