import type { Child } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
import { Failure, Misuse } from "../failure.ts";
import { sourceOrFailure } from "../input.ts";
import { lineReader } from "../line-reader.ts";
import { countOf } from "../numbers.ts";
import { cannotExecute } from "../run-command.ts";
import { splitWords, unmatchedQuote } from "./split-words.ts";

export const xargs = applet({
  names: ["xargs"],
  usage: "[OPTIONS] [PROG ARGS]",
  help: `
Run PROG on every item given by stdin

	-0	NUL terminated input
	-a FILE	Read from FILE instead of stdin
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
    short: "0a:rte::E:I:i::n:s:P:L:x",
    gnu: "d:pl::",
    long: {
      null: "0",
      "no-run-if-empty": "r",
      verbose: "t",
      replace: "i",
      "max-args": "n",
      "max-chars": "s",
      "max-procs": "P",
      "max-lines": "L",
      "arg-file": "a",
      exit: "x",
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
    const items = call.flavour === "gnu" ? afterLast(itemsOf(call), () => flush()) : itemsOf(call);
    for await (const item of items) {
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

/** GNU's xargs runs what it has before it tells of a bad line. */
async function* afterLast(items: AsyncGenerator<string>, flush: () => Promise<void>): AsyncGenerator<string> {
  try {
    yield* items;
  } catch (error) {
    if (error instanceof Failure) await flush();
    throw error;
  }
}

/** Blank-separated and quoted, or line by line, or up to a delimiter. */
async function* itemsOf(call: Call): AsyncGenerator<string> {
  const { options } = call;
  const source = await sourceOrFailure(call, options.value("a") ?? "-");
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
      const open = unmatchedQuote(line);
      const words = splitWords(open === undefined ? line : line.slice(0, open.at));
      const stop = end === undefined ? -1 : words.indexOf(end);
      yield* stop === -1 ? words : words.slice(0, stop);
      if (stop !== -1) return;
      if (open !== undefined) throw unmatched(open.quote);
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
  const note = async (code: number) => {
    if (code >= 126 && code <= 127) exitCode = code;
    else if (code === 255) {
      exitCode = 124;
      await call.complain(`${command[0] ?? ""}: exited with status 255; aborting`);
    } else if (code !== 0 && exitCode === 0) exitCode = code > 127 ? 125 : 123;
  };
  return {
    most: replaced === undefined ? mostItems(call) : 1,
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

function mostItems({ options }: Call): number {
  const option = options.has("n") ? "n" : "L";
  const text = options.value(option) ?? "5000";
  const busybox = /^\d+$/u.test(text) ? `number ${text} is not in 1..2147483647 range` : `invalid number '${text}'`;
  const isNumber = /^-?\d+$/u.test(text);
  const gnu = isNumber
    ? `value ${text} for -${option} option should be >= 1`
    : `invalid number "${text}" for -${option} option`;
  if (!isNumber || Number(text) < 1) throw new Misuse({ busybox, gnu });
  return Number(text);
}

function unmatched(quote: string): Failure {
  const kind = quote === "'" ? "single" : "double";
  const busybox = `unmatched ${kind} quote`;
  return new Failure({
    busybox,
    gnu: `${busybox}; by default quotes are special to xargs unless you use the -0 option`,
  });
}

/** Its standard input is empty: xargs's own is the list. */
async function start(
  { process }: Call,
  words: readonly string[],
  note: (code: number) => Promise<void>,
): Promise<Child | undefined> {
  const nothing = process.open("/dev/null", "read");
  try {
    return await process.spawn(words, { descriptors: new Map([[0, nothing]]) });
  } catch (error) {
    await note(await cannotExecute(process, words, error));
    return undefined;
  } finally {
    nothing.release();
  }
}
