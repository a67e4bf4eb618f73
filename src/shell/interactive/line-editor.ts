import { readSome } from "../run/input-reader.ts";
import type { Shell } from "../shell.ts";
import { completeLine } from "./completion.ts";
import {
  emptyLine,
  insert,
  isNoBlank,
  isWordCharacter,
  lineOf,
  moveTo,
  remove,
  textOf,
  wordEnd,
  wordStart,
} from "./edit-line.ts";
import type { EditLine } from "./edit-line.ts";
import { readKey } from "./keys.ts";
import { Screen } from "./screen.ts";
import { searchHistory } from "./search.ts";

/** How an edited line ended. */
export type Edited = { readonly text: string } | "interrupted" | "end";

/** Lets the user edit one line on the terminal, which is in raw mode. */
export function editLine(shell: Shell, prompt: string): Promise<Edited> {
  return new LineEditor(shell).run(prompt);
}

type Action = (line: EditLine) => EditLine;

const movements: Readonly<Record<string, Action>> = {
  home: (line) => moveTo(line, 0),
  end: (line) => moveTo(line, line.characters.length),
  left: (line) => moveTo(line, line.cursor - 1),
  right: (line) => moveTo(line, line.cursor + 1),
  "previous-word": (line) => moveTo(line, wordStart(line, isWordCharacter)),
  "next-word": (line) => moveTo(line, wordEnd(line)),
  backspace: (line) => (line.cursor > 0 ? remove(line, line.cursor - 1, line.cursor) : line),
  delete: (line) => moveTo(remove(line, line.cursor, line.cursor + 1), line.cursor),
  transpose(line) {
    const at = Math.min(line.cursor, line.characters.length - 1);
    if (at < 1) return line;
    const [first = "", second = ""] = line.characters.slice(at - 1, at + 1);
    return insert(remove(line, at - 1, at + 1), second + first);
  },
};

/** What is cut, from where to where; Ctrl-Y brings it back. */
const cuts: Readonly<Record<string, (line: EditLine) => readonly [from: number, to: number]>> = {
  "kill-to-end": (line) => [line.cursor, line.characters.length],
  "kill-to-start": (line) => [0, line.cursor],
  "kill-word": (line) => [wordStart(line, isNoBlank), line.cursor],
  "kill-next-word": (line) => [line.cursor, wordEnd(line)],
};

class LineEditor {
  readonly #shell: Shell;
  readonly #screen: Screen;
  /** History, with the new line last; edits of old lines last as long as this one. */
  readonly #lines: string[];
  #at: number;
  #line = emptyLine;
  #cut = "";
  #lastWasTab = false;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#screen = new Screen(shell);
    this.#lines = [...(shell.history?.entries ?? []), ""];
    this.#at = this.#lines.length - 1;
  }

  async run(prompt: string): Promise<Edited> {
    await this.#screen.start(prompt);
    for (;;) {
      const key = await readKey(() => this.#nextByte());
      if (!key) return "end";
      if ("text" in key) await this.#change(insert(this.#line, key.text));
      else {
        const ended = await this.#act(key.name);
        if (ended) return ended;
      }
      this.#lastWasTab = "name" in key && key.name === "tab";
    }
  }

  async #act(name: string): Promise<Edited | undefined> {
    const movement = movements[name];
    const cut = cuts[name];
    if (movement) await this.#change(movement(this.#line));
    else if (cut) await this.#kill(...cut(this.#line));
    else return this.#command(name);
    return undefined;
  }

  async #command(name: string): Promise<Edited | undefined> {
    switch (name) {
      case "enter":
        await this.#screen.finish();
        return { text: textOf(this.#line) };
      case "interrupt":
        await this.#screen.finish("^C");
        return "interrupted";
      case "delete-or-end":
        if (this.#line.characters.length === 0) return "end";
        await this.#act("delete");
        break;
      case "up":
        await this.#recall(this.#at - 1);
        break;
      case "down":
        await this.#recall(this.#at + 1);
        break;
      case "yank":
        await this.#change(insert(this.#line, this.#cut));
        break;
      case "clear-screen":
        await this.#screen.clear();
        break;
      case "tab":
        await this.#complete();
        break;
      case "search":
        return this.#search();
      default:
    }
    return undefined;
  }

  async #change(line: EditLine): Promise<void> {
    this.#line = line;
    await this.#screen.show(line);
  }

  async #kill(from: number, to: number): Promise<void> {
    this.#cut = this.#line.characters.slice(from, to).join("");
    await this.#change(remove(this.#line, from, to));
  }

  async #recall(at: number): Promise<void> {
    const text = this.#lines[at];
    if (text === undefined) return this.#screen.write("\x07");
    this.#lines[this.#at] = textOf(this.#line);
    this.#at = at;
    await this.#change(lineOf(text));
  }

  async #complete(): Promise<void> {
    const before = this.#line.characters.slice(0, this.#line.cursor).join("");
    const { insertion, choices } = completeLine(this.#shell, before);
    if (insertion !== "") return this.#change(insert(this.#line, insertion));
    if (choices.length < 2) return this.#screen.write("\x07");
    if (this.#lastWasTab) await this.#screen.showBelow(inColumns(choices, this.#shell.process.terminal?.width ?? 80));
  }

  async #search(): Promise<Edited | undefined> {
    const found = await searchHistory({
      lines: this.#lines,
      show: (text) => this.#screen.showSearch(text),
      readKey: () => readKey(() => this.#nextByte()),
    });
    await this.#screen.endSearch();
    await this.#change(lineOf(found.text ?? textOf(this.#line)));
    return found.key === undefined ? undefined : this.#act(found.key);
  }

  async #nextByte(): Promise<number | undefined> {
    return (await readSome(this.#shell, 0, { limit: 1 }))?.[0];
  }
}

/** Names in columns, down first, as a shell lists completions. */
function inColumns(names: readonly string[], width: number): string {
  const columnWidth = Math.max(...names.map((name) => name.length)) + 2;
  const columns = Math.max(1, Math.floor(width / columnWidth));
  const rows = Math.ceil(names.length / columns);
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells = names.filter((_name, index) => index % rows === row);
    return cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(columnWidth))).join("");
  });
  return lines.map((line) => `${line}\n`).join("");
}
