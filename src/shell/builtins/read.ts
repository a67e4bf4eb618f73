import { decodeText } from "../../runtime/text.ts";
import { Elements } from "../elements.ts";
import { ShellError } from "../jumps.ts";
import { readLine, TimedOut } from "../run/input-reader.ts";
import type { LineOptions } from "../run/input-reader.ts";
import type { Shell } from "../shell.ts";
import { isName } from "../variables.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./parse-options.ts";

/** `read [-r] [-p prompt] [-t seconds] [-n count] [-d delimiter] [-s] [-u descriptor] [-a array] name…` */
export const read: Builtin = {
  names: ["read"],
  async run(shell, argv) {
    const letters = shell.dialect.name === "dash" ? "rp:" : shell.dialect.bash ? "rsep:t:n:N:d:u:a:i:" : "rsp:t:n:d:u:";
    const { options, operands } = parseOptions(shell, argv, letters);
    const names = operands.length > 0 ? operands : ["REPLY"];
    if (operands.length === 0 && !shell.dialect.extended) throw new ShellError("arg count", 2);
    const wrong = names.find((name) => !isName(name));
    if (wrong !== undefined) throw badName(shell, wrong);
    const number = Number(options.get("u") ?? 0);
    const isTerminal = shell.process.descriptors.get(number)?.kind === "terminal";
    const prompt = options.get("p");
    if (prompt !== undefined && isTerminal) await shell.warn(prompt);
    const input = await withTerminal(shell, options, isTerminal, () => readInput(shell, number, options));
    const array = options.get("a");
    if (array === undefined) assign(shell, names, input.characters, options.has("N"));
    else assignArray(shell, array, input.characters);
    return input.status;
  },
};

function badName({ dialect }: Shell, name: string): ShellError {
  if (dialect.bash) return new ShellError(`\`${name}': not a valid identifier`, 1, false);
  return new ShellError(`${name}: bad variable name`, dialect.name === "ash" ? 1 : 2, dialect.name !== "ash");
}

interface Character {
  readonly text: string;
  /** It came after a backslash, so it does not separate. */
  readonly isEscaped: boolean;
}

interface Input {
  readonly characters: readonly Character[];
  readonly status: number;
}

/** Silent, or by the character: the terminal hands over keys as they come. */
async function withTerminal(
  { process }: Shell,
  options: ReadonlyMap<string, string>,
  isTerminal: boolean,
  run: () => Promise<Input>,
): Promise<Input> {
  const { terminal } = process;
  if (!terminal || !isTerminal) return run();
  const { mode, echo } = terminal;
  if (options.has("s")) terminal.echo = false;
  if (options.has("n") || options.has("N") || options.has("d")) terminal.mode = "cbreak";
  try {
    return await run();
  } finally {
    terminal.mode = mode;
    terminal.echo = echo;
  }
}

async function readInput(shell: Shell, number: number, options: ReadonlyMap<string, string>): Promise<Input> {
  const seconds = options.get("t");
  const count = options.get("n") ?? options.get("N");
  const limits: LineOptions = {
    ...(seconds === undefined ? {} : { deadline: shell.process.clock.now() + Number(seconds) * 1000 }),
    ...(count === undefined ? {} : { limit: Number(count) }),
    ...(options.has("d") ? { delimiter: options.get("d")?.charCodeAt(0) || 0 } : {}),
  };
  const characters: Character[] = [];
  try {
    for (;;) {
      const line = await readLine(shell, number, limits);
      const text = line ? decodeText(line.bytes).replaceAll("\0", "") : "";
      const continues = take(characters, text, options.has("r"));
      if (!line?.isWhole) return { characters, status: 1 };
      if (!continues) return { characters, status: 0 };
    }
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    return { characters, status: shell.dialect.bash ? 142 : 1 };
  }
}

/** Adds a line's characters. True when a backslash at its end joins the next line to it. */
function take(characters: Character[], text: string, raw: boolean): boolean {
  let isEscaped = false;
  for (const character of text) {
    if (character === "\\" && !raw && !isEscaped) isEscaped = true;
    else {
      characters.push({ text: character, isEscaped });
      isEscaped = false;
    }
  }
  return isEscaped;
}

function assign(shell: Shell, names: readonly string[], characters: readonly Character[], whole: boolean): void {
  if (whole) {
    shell.variables.set(names[0] ?? "REPLY", textOf(characters));
    return;
  }
  const splitter = new Splitter(shell, characters);
  const isReply = names.length === 1 && names[0] === "REPLY" && shell.dialect.bash;
  if (isReply) shell.variables.set("REPLY", textOf(characters));
  else
    names.forEach((name, index) =>
      shell.variables.set(name, index < names.length - 1 ? splitter.next() : splitter.rest()),
    );
}

function assignArray(shell: Shell, name: string, characters: readonly Character[]): void {
  const splitter = new Splitter(shell, characters);
  const elements = new Elements();
  while (!splitter.isAtEnd) elements.append(splitter.next());
  shell.variables.setArray(name, elements);
}

function textOf(characters: readonly Character[]): string {
  return characters.map(({ text }) => text).join("");
}

/** Takes fields off a line by IFS. */
class Splitter {
  readonly #characters: readonly Character[];
  readonly #separators: string;
  #at = 0;

  constructor(shell: Shell, characters: readonly Character[]) {
    this.#characters = characters;
    this.#separators = shell.variables.get("IFS") ?? " \t\n";
    this.#skipBlanks();
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  next(): string {
    const start = this.#at;
    while (!this.isAtEnd && !this.#isSeparator(this.#at)) this.#at++;
    const field = textOf(this.#characters.slice(start, this.#at));
    this.#skipBlanks();
    if (!this.isAtEnd && this.#isSeparator(this.#at)) this.#at++;
    this.#skipBlanks();
    return field;
  }

  /** All that is left; a single separator at its end is not part of it, nor are blanks. */
  rest(): string {
    const start = this.#at;
    const first = this.next();
    if (this.isAtEnd) return first;
    let end = this.#characters.length;
    while (end > start && this.#isBlank(end - 1)) end--;
    return textOf(this.#characters.slice(start, end));
  }

  #skipBlanks(): void {
    while (!this.isAtEnd && this.#isBlank(this.#at)) this.#at++;
  }

  #isSeparator(at: number): boolean {
    const character = this.#characters[at];
    return character !== undefined && !character.isEscaped && this.#separators.includes(character.text);
  }

  #isBlank(at: number): boolean {
    return this.#isSeparator(at) && /[ \t\n]/.test(this.#characters[at]?.text ?? "");
  }
}
