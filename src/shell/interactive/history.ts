const mostEntries = 200;

/** The lines typed so far, oldest first. */
export class History {
  #entries: string[] = [];

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** An empty line, or one just like the last, is not kept. */
  add(line: string): void {
    if (line.trim() === "" || line === this.#entries.at(-1)) return;
    this.#entries.push(line);
    if (this.#entries.length > mostEntries) this.#entries.shift();
  }

  clear(): void {
    this.#entries = [];
  }
}
