import { strftime } from "../../../runtime/strftime.ts";
import { accountOf, groupOf } from "../../accounts.ts";
import { reasonOf } from "../../failure.ts";
import { baseName } from "../../paths.ts";
import { modeText } from "../../permissions.ts";
import { runCommand } from "../../run-command.ts";
import { backslashEscapes } from "../../text/escapes.ts";
import { blocksOf } from "../entry.ts";
import type { Found, Test, Words } from "./expression.ts";

/** The actions of find by name; undefined: no such action. */
export function compileAction(word: string, words: Words): Test | undefined {
  const { call, state } = words;
  switch (word) {
    case "-print":
      return printing(words, ({ path }) => `${path}\n`);
    case "-print0":
      return printing(words, ({ path }) => `${path}\0`);
    case "-ls":
      return printing(words, (found) => lsLine(words, found));
    case "-printf":
      return formatting(words, words.value(word));
    case "-prune":
      return () => (state.prunes = true);
    case "-quit":
      return () => (state.quits = true);
    case "-delete":
      return (found) => remove(words, found);
    case "-exec":
    case "-execdir":
    case "-ok": {
      const { words: command, end } = words.command(word);
      if (end === "+") return gathering(words, command.slice(0, -1));
      return async ({ path }) => {
        await call.out.flush();
        const exitCode = await runCommand(
          call.process,
          command.map((argument) => argument.replaceAll("{}", path)),
        );
        return exitCode === 0;
      };
    }
    default:
      return undefined;
  }
}

function printing({ call }: Words, text: (found: Found) => string): Test {
  return async (found) => {
    await call.out.print(text(found));
    return true;
  };
}

function formatting(words: Words, format: string): Test {
  const template = backslashEscapes(format, "format").text;
  return printing(words, (found) => formatted(words, template, found));
}

async function remove({ call, state }: Words, { path, absolute }: Found): Promise<boolean> {
  if (path === ".") return true;
  try {
    call.process.files.remove(absolute);
    return true;
  } catch (error) {
    await call.complain(`${path}: ${reasonOf(error)}`);
    state.failed = true;
    return false;
  }
}

const mostArguments = 1000;

/** `-exec command {} +`: as many paths at a time as a command line holds. */
function gathering({ call, state, endings }: Words, command: readonly string[]): Test {
  let paths: string[] = [];
  const run = async () => {
    if (paths.length === 0) return;
    const batch = paths;
    paths = [];
    await call.out.flush();
    if ((await runCommand(call.process, [...command, ...batch])) !== 0) state.failed = true;
  };
  endings.push(run);
  return async ({ path }) => {
    paths.push(path);
    if (paths.length >= mostArguments) await run();
    return true;
  };
}

function lsLine({ call }: Words, { path, info }: Found): string {
  const { files } = call.process;
  const owner = accountOf(files, info.uid)?.name ?? String(info.uid);
  const group = groupOf(files, info.gid)?.name ?? String(info.gid);
  const time = strftime("%b %e %H:%M", info.modifiedAt);
  const numbers = `${String(info.inode).padStart(9)} ${String(blocksOf(info)).padStart(6)} ${modeText(info)}`;
  return `${numbers} ${String(info.links).padStart(3)} ${owner.padEnd(8)} ${group.padEnd(8)} ${String(info.size).padStart(8)} ${time} ${path}\n`;
}

const letters = { file: "f", directory: "d", symlink: "l", device: "c", disk: "b" } as const;

function formatted({ call }: Words, format: string, { path, info, depth, absolute }: Found): string {
  const { files } = call.process;
  const values: Readonly<Record<string, () => string>> = {
    p: () => path,
    f: () => baseName(path),
    h: () => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "."),
    P: () => path.split("/").slice(-depth).join("/"),
    s: () => String(info.size),
    m: () => info.mode.toString(8),
    M: () => modeText(info),
    u: () => accountOf(files, info.uid)?.name ?? String(info.uid),
    U: () => String(info.uid),
    g: () => groupOf(files, info.gid)?.name ?? String(info.gid),
    G: () => String(info.gid),
    d: () => String(depth),
    y: () => letters[info.kind],
    n: () => String(info.links),
    i: () => String(info.inode),
    l: () => (info.kind === "symlink" ? files.readLink(absolute) : ""),
    t: () => strftime("%a %b %e %H:%M:%S %Y", info.modifiedAt),
    "%": () => "%",
  };
  return format.replace(
    /%(?:T([a-zA-Z@+])|([a-zA-Z%]))/gu,
    (whole, time: string | undefined, letter: string | undefined) => {
      if (time !== undefined)
        return time === "@" ? String(info.modifiedAt / 1000) : strftime(`%${time}`, info.modifiedAt);
      return values[letter ?? ""]?.() ?? whole;
    },
  );
}
