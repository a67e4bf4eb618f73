import type { Duplex } from "node:stream";

import type { Process } from "../../runtime/process.ts";
import type { MysqlReply, MysqlRequest } from "./mysql-server.ts";

/** What our own clients and servers say to each other: lines of JSON, after the packet with which the server greets. */
export class MysqlConnection {
  readonly #process: Process;
  readonly #duplex: Duplex;
  #bytes = Buffer.alloc(0);
  #isGreeted = false;
  #isClosed = false;
  #wake = (): void => {};

  constructor(process: Process, duplex: Duplex) {
    this.#process = process;
    this.#duplex = duplex;
    duplex.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    duplex.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
    duplex.on("end", () => duplex.destroy());
  }

  async ask(request: MysqlRequest): Promise<MysqlReply> {
    this.#duplex.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const line = this.#line();
      if (line !== undefined) return JSON.parse(line) as MysqlReply;
      if (this.#isClosed) {
        return { error: { code: 2013, state: "HY000", message: "Lost connection to MySQL server during query" } };
      }
      const news = new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#process.waitFor(news, () => this.#duplex.destroy());
    }
  }

  #line(): string | undefined {
    const headBytes = 4;
    if (!this.#isGreeted) {
      if (this.#bytes.length < headBytes) return undefined;
      const length = headBytes + this.#bytes.readUIntLE(0, 3);
      if (this.#bytes.length < length) return undefined;
      this.#bytes = this.#bytes.subarray(length);
      this.#isGreeted = true;
    }
    const end = this.#bytes.indexOf("\n");
    if (end < 0) return undefined;
    const line = this.#bytes.subarray(0, end).toString();
    this.#bytes = this.#bytes.subarray(end + 1);
    return line;
  }
}
