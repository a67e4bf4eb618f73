import { isPrintable, literalHead, type ScalarStyle, scalarStyle } from "./yaml-scalar.ts";

const bestWidth = 80;
const step = 2;

/** YAML as kubectl writes it: keys in natural order, sequences as far left as their key, long lines folded. */
export function goYaml(value: unknown): string {
  const writer = new Writer();
  writer.node(value, { indent: 0, inMapping: false });
  return writer.text === "" ? "" : `${writer.text}\n`;
}

interface Place {
  /** The margin of the collection that this node would be. */
  readonly indent: number;
  /** Whether it is a mapping's value. */
  readonly inMapping: boolean;
}

class Writer {
  text = "";
  #column = 0;

  node(value: unknown, place: Place): void {
    if (Array.isArray(value)) this.#sequence(value, place);
    else if (typeof value === "object" && value !== null) this.#mapping(value as Record<string, unknown>, place);
    else this.#scalar(value, place);
  }

  #put(text: string): void {
    this.text += text;
    this.#column += [...text].length;
  }

  #newLine(indent: number): void {
    this.text += `\n${" ".repeat(indent)}`;
    this.#column = indent;
  }

  #mapping(value: Record<string, unknown>, { indent, inMapping }: Place): void {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    if (keys.length === 0) return this.#put(inMapping ? " {}" : "{}");
    for (const [index, key] of keys.toSorted(naturally).entries()) {
      if (index > 0 || inMapping) this.#newLine(indent);
      this.#key(key);
      this.#put(":");
      const child = value[key];
      this.node(child, { indent: Array.isArray(child) ? indent : indent + step, inMapping: true });
    }
  }

  #sequence(items: readonly unknown[], { indent, inMapping }: Place): void {
    if (items.length === 0) return this.#put(inMapping ? " []" : "[]");
    for (const [index, item] of items.entries()) {
      if (index > 0 || inMapping) this.#newLine(indent);
      this.#put("- ");
      this.node(item, { indent: indent + step, inMapping: false });
    }
  }

  #key(key: string): void {
    const style = scalarStyle(key, true);
    this.#put(style === "plain" ? key : style === "single" ? `'${key.replaceAll("'", "''")}'` : doubleQuoted(key));
  }

  #scalar(value: unknown, { indent, inMapping }: Place): void {
    if (inMapping) this.#put(" ");
    if (typeof value !== "string") return this.#put(shownScalar(value));
    const style = scalarStyle(value);
    if (style === "literal") return this.#literal(value, indent);
    this.#folded(value, style, indent);
  }

  #literal(value: string, indent: number): void {
    const { head, lines } = literalHead(value);
    this.#put(head);
    for (const line of lines) {
      if (line === "") this.text += "\n";
      else {
        this.#newLine(indent);
        this.#put(line);
      }
    }
  }

  /** Breaks at a space between words once the line is past its best width. */
  #folded(value: string, style: Exclude<ScalarStyle, "literal">, indent: number): void {
    const mark = { plain: "", single: "'", double: '"' }[style];
    const letters = [...value];
    this.#put(mark);
    for (const [index, letter] of letters.entries()) {
      const isEdge = style !== "plain" && (index === 0 || index === letters.length - 1);
      const next = letters[index + 1];
      const mayBreak = letter === " " && letters[index - 1] !== " " && !isEdge && (style === "double" || next !== " ");
      if (!mayBreak || this.#column <= bestWidth) this.#put(written(letter, style));
      else {
        this.#newLine(indent);
        if (style === "double" && next === " ") this.#put("\\");
      }
    }
    this.#put(mark);
  }
}

function written(letter: string, style: Exclude<ScalarStyle, "literal">): string {
  if (style === "single") return letter === "'" ? "''" : letter;
  return style === "double" ? escapeLetter(letter) : letter;
}

function shownScalar(value: unknown): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(value).replace(/e([+-])(\d)$/u, "e$10$2");
}

function doubleQuoted(text: string): string {
  return `"${[...text].map((letter) => escapeLetter(letter)).join("")}"`;
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001B": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u00A0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escapeLetter(letter: string): string {
  const known = escapes[letter];
  if (known !== undefined) return known;
  if (isPrintable(letter)) return letter;
  const code = letter.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xff_ff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** Letters after the rest, numbers by their value. */
function naturally(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  if (at < 0) return left.length - right.length;
  const [one, other] = [left[at], right[at]];
  if (one === undefined || other === undefined) return left.length - right.length;
  const letters = [/\p{L}/u.test(one), /\p{L}/u.test(other)];
  if (letters[0] && letters[1]) return one < other ? -1 : 1;
  if (letters[0] || letters[1]) return letters[1] ? -1 : 1;
  const [digits, others] = [digitsAt(left, at), digitsAt(right, at)];
  // A zero counts as part of the number that began before it.
  const inside = (one === "0" || other === "0") && /[1-9]\d*$/u.test(left.slice(0, at).join("")) ? "1" : "";
  const difference = Number(inside + digits) - Number(inside + others);
  if (difference !== 0) return difference;
  if (digits.length !== others.length) return digits.length - others.length;
  return one < other ? -1 : 1;
}

function digitsAt(letters: readonly string[], at: number): string {
  return /^\d*/u.exec(letters.slice(at).join(""))?.[0] ?? "";
}
