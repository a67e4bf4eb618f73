import { SystemError } from "../../../runtime/process.ts";
import type { Call } from "../../applet.ts";
import { reasonOf } from "../../failure.ts";
import { openSource, type Source } from "../../input.ts";
import { type LineReader, lineReader } from "../../line-reader.ts";

/** The lines of several files in a row, with a look ahead only where one is asked for. */
export interface SedLines {
  /** Undefined at the end of the last file. */
  next(): Promise<{ readonly text: string; readonly terminated: boolean } | undefined>;
  isLast(): Promise<boolean>;
  readonly number: number;
  readonly failed: boolean;
  readonly fileName: string;
}

export function sedLines(call: Call, paths: readonly string[], separator: string): SedLines {
  const waiting = [...paths];
  let source: Source | undefined;
  let reader: LineReader | undefined;
  let ahead: { text: string; terminated: boolean } | undefined;
  let number = 0;
  let failed = false;

  const open = async (path: string) => {
    try {
      source = await openSource(call, path);
      reader = lineReader(source, separator);
    } catch (error) {
      const isDirectory = error instanceof SystemError && error.code === "EISDIR";
      if (isDirectory && call.flavour !== "gnu") return;
      failed = true;
      const reason = reasonOf(error);
      const gnu = isDirectory ? `read error on ${path}` : `can't read ${path}`;
      await call.complain({ busybox: `${path}: ${reason}`, gnu: `${gnu}: ${reason}` });
    }
  };
  const read = async (): Promise<typeof ahead> => {
    for (;;) {
      const text = await reader?.next();
      if (text !== undefined) return { text, terminated: reader?.terminated ?? true };
      source?.close();
      reader = undefined;
      const path = waiting.shift();
      if (path === undefined) return undefined;
      await open(path);
    }
  };
  return {
    get number() {
      return number;
    },
    get failed() {
      return failed;
    },
    get fileName() {
      return source?.name ?? "-";
    },
    async next() {
      const line = ahead ?? (await read());
      ahead = undefined;
      if (line !== undefined) number++;
      return line;
    },
    async isLast() {
      ahead ??= await read();
      return ahead === undefined;
    },
  };
}
