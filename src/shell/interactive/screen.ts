import type { Shell } from "../shell.ts";
import { textOf } from "./edit-line.ts";
import type { EditLine } from "./edit-line.ts";

/** Draws a prompt and a line on the terminal, over as many rows as they take. */
export class Screen {
  readonly #shell: Shell;
  #prompt = "";
  /** Row of the cursor, from the prompt's first. */
  #row = 0;
  #shown: EditLine = { characters: [], cursor: 0 };

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async start(prompt: string): Promise<void> {
    this.#prompt = prompt;
    this.#row = 0;
    this.#shown = { characters: [], cursor: 0 };
    await this.write(visible(prompt));
    this.#row = this.#placeOf(0).row;
  }

  /** A character typed at the end is just written; anything else draws anew. */
  async show(line: EditLine): Promise<void> {
    const shown = this.#shown;
    const added = textOf(line).slice(textOf(shown).length);
    const isAppended =
      shown.cursor === shown.characters.length &&
      line.cursor === line.characters.length &&
      textOf(line).startsWith(textOf(shown));
    const { column } = this.#placeOf(shown.cursor);
    this.#shown = line;
    if (isAppended && column + Array.from(added).length < this.#width && !added.includes("\n"))
      return this.write(added);
    await this.redraw();
  }

  async redraw(): Promise<void> {
    const line = this.#shown;
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    const end = this.#placeOf(line.characters.length);
    const cursor = this.#placeOf(line.cursor);
    const wrap = end.column === 0 && end.row > 0 ? " \r" : "";
    const back = end.row > cursor.row ? `\x1b[${end.row - cursor.row}A` : "";
    const across = cursor.column > 0 ? `\r\x1b[${cursor.column}C` : "\r";
    const isAtEnd = line.cursor === line.characters.length;
    await this.write(`${up}\r\x1b[J${visible(this.#prompt)}${textOf(line)}${wrap}${isAtEnd ? "" : back + across}`);
    this.#row = cursor.row;
  }

  /** Leaves the line: what comes next is below it. */
  async finish(mark = ""): Promise<void> {
    const end = this.#placeOf(this.#shown.characters.length);
    const down = end.row > this.#row ? `\x1b[${end.row - this.#row}B` : "";
    await this.write(`${down}${mark}\n`);
    this.#row = 0;
  }

  /** Text below the line, such as completions; then the line again. */
  async showBelow(text: string): Promise<void> {
    await this.finish();
    await this.write(text);
    await this.redraw();
  }

  /** Ctrl-R's own line, in place of the prompt's. */
  async showSearch(text: string): Promise<void> {
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    this.#row = Math.floor(text.length / this.#width);
    await this.write(`${up}\r\x1b[J${text}`);
  }

  async endSearch(): Promise<void> {
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : "";
    await this.write(`${up}\r\x1b[J`);
    this.#row = 0;
    await this.redraw();
  }

  async clear(): Promise<void> {
    await this.write("\x1b[H\x1b[2J");
    this.#row = 0;
    await this.redraw();
  }

  async write(text: string): Promise<void> {
    if (this.#shell.process.descriptors.get(1)?.kind === "terminal") await this.#shell.print(text);
    else await this.#shell.warn(text);
  }

  get #width(): number {
    return Math.max(1, this.#shell.process.terminal?.width ?? 80);
  }

  /** Where a character stands. */
  #placeOf(index: number): { readonly row: number; readonly column: number } {
    const text = `${plain(this.#prompt)}${this.#shown.characters.slice(0, index).join("")}`;
    let row = 0;
    let column = 0;
    for (const character of text) {
      column += widthOf(character);
      if (character === "\n" || column >= this.#width) {
        row++;
        column = 0;
      }
    }
    return { row, column };
  }
}

/** As sent to the terminal: the marks around what takes no room are for us alone. */
function visible(prompt: string): string {
  return prompt.replace(/[\x01\x02]/g, "");
}

function plain(prompt: string): string {
  return prompt.replace(/\x01[^\x02]*\x02?/g, "").replace(/\x1b\[[\d;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g, "");
}

function widthOf(character: string): number {
  if (character === "\n" || /\p{M}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
    character,
  )
    ? 2
    : 1;
}
