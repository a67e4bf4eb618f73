import { strftime } from "../../../runtime/strftime.ts";
import { decodeText } from "../../../runtime/text.ts";
import { applet, type Call, UsageError } from "../../applet.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { openSource, readWhole } from "../../input.ts";
import { countOf } from "../../numbers.ts";
import { baseName, joinPath, statOf } from "../../paths.ts";
import { normalDiff, unifiedDiff } from "./format.ts";
import { changesBetween } from "./lines.ts";

export const diff = applet({
  names: ["diff"],
  usage: "[-abBdiNqrsuw] [-L LABEL] [-U LINES] FILE1 FILE2",
  help: `
Compare files line by line and output the differences between them

	-a	Treat all files as text
	-b	Ignore changes in the amount of whitespace
	-B	Ignore changes whose lines are all blank
	-i	Ignore case differences
	-L	Use LABEL instead of the filename in the unified header
	-N	Treat absent files as empty
	-q	Output only whether files differ
	-r	Recurse
	-s	Report when two files are the same
	-U	Output LINES lines of context
	-u	Unified diff
	-w	Ignore all whitespace`,
  options: {
    short: "abBdiNqrsuwL:U:",
    long: {
      unified: "u",
      brief: "q",
      recursive: "r",
      "ignore-case": "i",
      "ignore-all-space": "w",
      "ignore-space-change": "b",
      "ignore-blank-lines": "B",
      "new-file": "N",
      "report-identical-files": "s",
      label: "L",
      text: "a",
      color: "color::",
    },
  },
  usageExitCode: 2,
  directory: "/usr/bin",
  async run(call) {
    const { process, operands } = call;
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length > 2) throw new UsageError();
    const isDirectory = (path: string) => path !== "-" && statOf(process, path)?.kind === "directory";
    if (isDirectory(left) && isDirectory(right)) return compareDirectories(call, left, right);
    return compareFiles(call, {
      left: isDirectory(left) ? joinPath(left, baseName(right)) : left,
      right: isDirectory(right) ? joinPath(right, baseName(left)) : right,
    });
  },
});

interface Pair {
  readonly left: string;
  readonly right: string;
  /** The command line that would compare just these two, when directories are compared. */
  readonly title?: string;
}

async function compareDirectories(call: Call, left: string, right: string): Promise<number> {
  const { process, options, out } = call;
  const names = [left, right].map((path) => process.files.list(process.resolve(path)));
  const all = [...new Set(names.flat())].toSorted();
  let exitCode = 0;
  for (const name of all) {
    const pair = { left: joinPath(left, name), right: joinPath(right, name) };
    const [one, other] = [statOf(process, pair.left), statOf(process, pair.right)];
    if ((!one || !other) && !options.has("N")) {
      await out.print(`Only in ${one ? left : right}: ${name}\n`);
      exitCode = Math.max(exitCode, 1);
    } else if (one?.kind === "directory" && other?.kind === "directory") {
      if (options.has("r")) exitCode = Math.max(exitCode, await compareDirectories(call, pair.left, pair.right));
      else await out.print(`Common subdirectories: ${pair.left} and ${pair.right}\n`);
    } else {
      const title = `diff ${process.argv.slice(1, -2).join(" ")} ${pair.left} ${pair.right}`.replace("  ", " ");
      exitCode = Math.max(exitCode, await compareFiles(call, { ...pair, title }));
    }
  }
  return exitCode;
}

async function compareFiles(call: Call, pair: Pair): Promise<number> {
  const { options, out } = call;
  const [left, right] = [await textOf(call, pair.left), await textOf(call, pair.right)];
  const binary = !options.has("a") && (left.includes("\0") || right.includes("\0"));
  const compared = { left: linesOf(left), right: linesOf(right) };
  const key = comparedPart(call);
  const changes = binary ? [] : changesBetween(compared.left.map(key), compared.right.map(key));
  const telling = changes.filter((change) => {
    const lines = [...compared.left.slice(...change.left), ...compared.right.slice(...change.right)];
    return !options.has("B") || lines.some((line) => line.trim() !== "");
  });
  const same = binary ? left === right : telling.length === 0;
  if (same) {
    if (options.has("s")) await out.print(`Files ${pair.left} and ${pair.right} are identical\n`);
    return 0;
  }
  if (binary || options.has("q")) {
    await out.print(`${binary ? "Binary files" : "Files"} ${pair.left} and ${pair.right} differ\n`);
    return 1;
  }
  if (pair.title !== undefined) await out.print(`${pair.title}\n`);
  const isUnified = options.last("uU") !== undefined || call.process.container.image.base !== "debian";
  if (!isUnified) await out.print(normalDiff(compared, telling));
  else await out.print(headers(call, pair) + unifiedDiff(compared, telling, countOf(options.value("U") ?? "3")));
  return 1;
}

async function textOf(call: Call, path: string): Promise<string> {
  try {
    if (call.options.has("N") && path !== "-" && !statOf(call.process, path)) return "";
    const source = await openSource(call, path);
    const bytes = await readWhole(source);
    source.close();
    return decodeText(bytes);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure({ busybox: `can't stat '${path}': ${reason}`, gnu: `${path}: ${reason}` }, 2);
  }
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function comparedPart({ options }: Call): (line: string) => string {
  const ignoreCase = options.has("i");
  const blanks = options.last("wb");
  return (line) => {
    const spaced = blanks === undefined ? line : line.trimEnd().replace(/\s+/gu, blanks === "w" ? "" : " ");
    return ignoreCase ? spaced.toLowerCase() : spaced;
  };
}

/** busybox shows only names, GNU the times too. */
function headers({ process, options }: Call, { left, right }: Pair): string {
  const labels = options.values("L");
  const time = (path: string) => {
    if (process.container.image.base !== "debian") return "";
    const at = statOf(process, path)?.modifiedAt ?? process.clock.now();
    return `\t${strftime("%Y-%m-%d %H:%M:%S.%N %z", at)}`;
  };
  return `--- ${labels[0] ?? left + time(left)}\n+++ ${labels[1] ?? right + time(right)}\n`;
}
