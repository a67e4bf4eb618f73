import type { FileInfo } from "../../runtime/filesystem.ts";
import type { Process } from "../../runtime/process.ts";
import { strftime } from "../../runtime/strftime.ts";
import { accountOf, groupOf } from "../accounts.ts";
import { flavourOf } from "../flavour.ts";
import { humanSize } from "../numbers.ts";
import type { Options } from "../options.ts";
import { modeText } from "../permissions.ts";
import { blocksOf, type Entry, isRecent, mark } from "./entry.ts";
import { gnuListing } from "./gnu-listing.ts";

/** What the entries of one directory look like: a line each for -l and -1, columns otherwise. */
export function listing(process: Process, options: Options, entries: readonly Entry[]): string {
  if (flavourOf(process) === "gnu") return gnuListing(process, options, entries);
  const shown = entries.map((entry) => ({ entry, text: decorated(process, options, entry) }));
  const prefix = ({ info }: Entry) =>
    (options.has("i") ? `${String(info.inode).padStart(7)} ` : "") +
    (options.has("s") ? `${String(blocksOf(info)).padStart(6)} ` : "");
  if (options.last("lgno1Cx") !== undefined && options.last("lgno") !== undefined) {
    return shown.map(({ entry, text }) => prefix(entry) + longLine(process, options, entry) + text).join("");
  }
  const inColumns = ["C", "x"].includes(options.last("1Cx") ?? "") || (process.stdout.isTerminal && !options.has("1"));
  if (!inColumns) return shown.map(({ entry, text }) => `${prefix(entry)}${text}\n`).join("");
  const width = Number(options.value("w") ?? process.terminal?.width ?? 80);
  const texts = shown.map(({ entry, text }) => ({ text: prefix(entry) + text, width: entry.name.length }));
  return inColumnsOf(texts, { width, byLines: options.last("Cx") === "x" });
}

function longLine(process: Process, options: Options, { info }: Entry): string {
  const { files, clock } = process;
  const owner = options.has("n") ? undefined : accountOf(files, info.uid)?.name;
  const group = options.has("n") ? undefined : groupOf(files, info.gid)?.name;
  const size = options.has("h") ? humanSize(info.size).padStart(7) : String(info.size).padStart(9);
  const shownSize = info.device?.map((number) => String(number).padStart(4)).join(",") ?? size;
  const name = (text: string) => text.slice(0, 8).padEnd(8);
  return (
    `${modeText(info).padEnd(10)} ${String(info.links).padStart(4)} ` +
    (options.has("g") ? "" : `${name(owner ?? String(info.uid))} `) +
    (options.has("o") ? "" : `${name(group ?? String(info.gid))} `) +
    `${shownSize} ${shownTime(options, info.modifiedAt, clock.now())} `
  );
}

function shownTime(options: Options, at: number, now: number): string {
  if (options.has("full-time")) return strftime("%Y-%m-%d %H:%M:%S %z", at);
  return strftime(isRecent(at, now) ? "%b %e %H:%M" : "%b %e  %Y", at);
}

/** The name with its colour, its mark (-F, -p) and where a link leads. In a long line it ends with a newline. */
function decorated(process: Process, options: Options, entry: Entry): string {
  const { name, path, info } = entry;
  const plain = process.stdout.isTerminal ? name.replace(/\p{Cc}/gu, "?") : name;
  const quoted = options.has("Q") ? `"${plain.replaceAll(/(?=["\\])/gu, "\\")}"` : plain;
  const text = colour(process, options, info, quoted) + mark(options, info);
  if (options.last("lgno") === undefined) return text;
  const target = info.kind === "symlink" ? ` -> ${process.files.readLink(path)}` : "";
  return `${text}${target}\n`;
}

function colour(process: Process, options: Options, info: FileInfo, text: string): string {
  const when = options.value("color") ?? "auto";
  const coloured = when === "always" || (when !== "never" && process.stdout.isTerminal);
  if (!coloured) return text;
  const codes = {
    directory: "1;34",
    symlink: "1;36",
    device: "1;33",
    disk: "1;33",
    file: info.mode & 0o111 ? "1;32" : "0;0",
  } as const;
  return `\u001B[${codes[info.kind]}m${text}\u001B[m`;
}

function inColumnsOf(
  texts: readonly { readonly text: string; readonly width: number }[],
  { width, byLines }: { width: number; byLines: boolean },
): string {
  const widest = Math.max(0, ...texts.map((one) => one.width)) + 2;
  const columns = Math.max(1, Math.floor(width / widest));
  const rows = Math.ceil(texts.length / columns);
  let out = "";
  for (let row = 0; row < rows; row++) {
    const line = texts.filter((_, at) => (byLines ? Math.floor(at / columns) : at % rows) === row);
    const last = line.length - 1;
    out += `${line.map((one, at) => one.text + (at < last ? " ".repeat(widest - one.width) : "")).join("")}\n`;
  }
  return out;
}
