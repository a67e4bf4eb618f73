import type { Child } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
import { openSource } from "../input.ts";
import { lineReader } from "../line-reader.ts";
import { countOf } from "../numbers.ts";
import { cannotExecute } from "../run-command.ts";
import { splitWords } from "./split-words.ts";

export const xargs = applet({
  names: ["xargs"],
  usage: "[OPTIONS] [PROG ARGS]",
  help: `
Run PROG on every item given by stdin

	-0	NUL terminated input
	-r	Don't run command if input is empty
	-t	Print the command on stderr before execution
	-E STR,-e[STR]	STR stops input processing
	-I STR	Replace STR within PROG ARGS with input line
	-n N	Pass no more than N args to PROG
	-s N	Pass command line of no more than N bytes
	-L N	Pass no more than N lines
	-P N	Run up to N PROGs in parallel
	-x	Exit if size is exceeded`,
  options: {
    short: "0rte::E:I:i::n:s:P:L:d:x",
    long: {
      null: "0",
      "no-run-if-empty": "r",
      verbose: "t",
      replace: "i",
      "max-args": "n",
      "max-chars": "s",
      "max-procs": "P",
      "max-lines": "L",
      delimiter: "d",
    },
    endAtOperand: true,
  },
  directory: "/usr/bin",
  async run(call) {
    const runner = runnerOf(call);
    let batch: string[] = [];
    let size = 0;
    let ran = false;
    const flush = async () => {
      ran = true;
      await runner.run(batch);
      batch = [];
      size = 0;
    };
    for await (const item of itemsOf(call)) {
      if (batch.length > 0 && (batch.length >= runner.most || size + item.length > runner.longest)) await flush();
      batch.push(item);
      size += item.length + 1;
      if (batch.length >= runner.most) await flush();
      if (runner.stopped()) break;
    }
    const runsEmpty = !ran && batch.length === 0 && !call.options.has("r") && runner.replaced === undefined;
    if (batch.length > 0 || runsEmpty) await flush();
    return runner.finish();
  },
});

/** Blank-separated and quoted, or line by line, or up to a delimiter. */
async function* itemsOf(call: Call): AsyncGenerator<string> {
  const { options } = call;
  const source = await openSource(call, "-");
  const byLine = options.last("IiL") !== undefined;
  const delimiter = options.has("0")
    ? "\0"
    : options
        .value("d")
        ?.replace(String.raw`\n`, "\n")
        .replace(String.raw`\t`, "\t");
  const lines = lineReader(source, delimiter ?? "\n");
  const end = options.value("E") ?? (options.value("e") === "" ? undefined : options.value("e"));
  for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
    if (delimiter !== undefined) yield line;
    else if (byLine) {
      if (line.trim() !== "") yield line.trimStart();
    } else {
      const words = splitWords(line);
      const stop = end === undefined ? -1 : words.indexOf(end);
      yield* stop === -1 ? words : words.slice(0, stop);
      if (stop !== -1) return;
    }
  }
}

interface Runner {
  readonly most: number;
  readonly longest: number;
  readonly replaced: string | undefined;
  run(items: readonly string[]): Promise<void>;
  stopped(): boolean;
  finish(): Promise<number>;
}

function runnerOf(call: Call): Runner {
  const { process, options, operands } = call;
  const command = operands.length === 0 ? ["echo"] : operands;
  const replaced = options.has("I") ? options.value("I") : options.has("i") ? options.value("i") || "{}" : undefined;
  const parallel = countOf(options.value("P") ?? "1") || Number.POSITIVE_INFINITY;
  const running = new Set<Promise<void>>();
  let exitCode = 0;
  const note = (code: number) => {
    if (code >= 126 && code <= 127) exitCode = code;
    else if (code === 255) exitCode = 124;
    else if (code !== 0 && exitCode === 0) exitCode = code > 127 ? 125 : 123;
  };
  return {
    most: replaced === undefined ? countOf(options.value("n") ?? options.value("L") ?? "5000") : 1,
    longest: countOf(options.value("s") ?? "131072"),
    replaced,
    async run(items) {
      const words =
        replaced === undefined
          ? [...command, ...items]
          : command.map((word) => word.replaceAll(replaced, items[0] ?? ""));
      if (options.has("t")) await process.warn(`${words.join(" ")}\n`);
      await call.out.flush();
      const child = await start(call, words, note);
      if (child === undefined) return;
      const done = child.exit.then(note).finally(() => running.delete(done));
      running.add(done);
      if (running.size >= parallel) await process.waitFor(Promise.race(running));
    },
    stopped: () => exitCode === 124 || exitCode === 126 || exitCode === 127,
    async finish() {
      await process.waitFor(Promise.all(running));
      return exitCode;
    },
  };
}

/** Its standard input is empty: xargs's own is the list. */
async function start(
  { process }: Call,
  words: readonly string[],
  note: (code: number) => void,
): Promise<Child | undefined> {
  const nothing = process.open("/dev/null", "read");
  try {
    return await process.spawn(words, { descriptors: new Map([[0, nothing]]) });
  } catch (error) {
    note(await cannotExecute(process, words, error));
    return undefined;
  } finally {
    nothing.release();
  }
}
