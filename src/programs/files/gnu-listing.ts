import type { FileInfo } from "../../runtime/filesystem.ts";
import type { Process } from "../../runtime/process.ts";
import { strftime } from "../../runtime/strftime.ts";
import { accountOf, groupOf } from "../accounts.ts";
import { roundedUpSize } from "../numbers.ts";
import type { Options } from "../options.ts";
import { modeText } from "../permissions.ts";
import { blocksOf, type Entry, isRecent, mark } from "./entry.ts";
import { columnsOf } from "./name-columns.ts";
import { gnuName } from "./quoted-name.ts";

/** What GNU's ls makes of the entries of one directory: columns are as wide as need be. */
export function gnuListing(process: Process, options: Options, entries: readonly Entry[]): string {
  const toTerminal = process.stdout.isTerminal;
  const quoting = options.last("QNb") ?? (toTerminal ? "shell" : "N");
  const names = entries.map(({ name }) => gnuName(name, quoting));
  const isAnyQuoted = quoting === "shell" && names.some((name) => /^['"]/u.test(name));
  const shown = entries.map((entry, index): Shown => {
    const name = names[index] ?? entry.name;
    const text = (isAnyQuoted && !/^['"]/u.test(name) ? " " : "") + name + mark(options, entry.info);
    return { entry, text, coloured: coloured(process, options, entry.info, text) };
  });
  const prefixes = prefixesOf(options, entries);
  const isLong = options.last("lgno") !== undefined;
  const how = options.last("1Cxm") ?? (toTerminal ? "C" : "1");
  if (isLong) return longLines(process, options, shown, prefixes);
  const cells = shown.map(({ text, coloured: painted }, at) => {
    const prefix = prefixes[at] ?? "";
    return { text: prefix + painted, width: Array.from(prefix + text).length };
  });
  if (how === "1") return cells.map(({ text }) => `${text}\n`).join("");
  const width = Number(options.value("w") ?? process.terminal?.width ?? 80) || 80;
  if (how === "m") return withCommas(cells, width);
  return columnsOf(cells, { width, byLines: how === "x" });
}

interface Shown {
  readonly entry: Entry;
  readonly text: string;
  readonly coloured: string;
}

/** Inode numbers and blocks, where they are asked for. */
function prefixesOf(options: Options, entries: readonly Entry[]): string[] {
  const inodes = aligned(entries.map(({ info }) => (options.has("i") ? `${info.inode} ` : "")));
  const sizes = aligned(
    entries.map(({ info }) => {
      const blocks = blocksOf(info);
      return options.has("s") ? `${options.has("h") ? roundedUpSize(blocks * 1024) : blocks} ` : "";
    }),
  );
  return inodes.map((inode, at) => inode + (sizes[at] ?? ""));
}

function aligned(texts: readonly string[], side: "start" | "end" = "start"): string[] {
  const width = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => (side === "start" ? text.padStart(width) : text.padEnd(width)));
}

function longLines(process: Process, options: Options, shown: readonly Shown[], prefixes: readonly string[]): string {
  const { files, clock } = process;
  const infos = shown.map(({ entry }) => entry.info);
  const column = (text: (info: FileInfo) => string, side: "start" | "end") => aligned(infos.map(text), side);
  const user = ({ uid }: FileInfo) => (options.has("n") ? undefined : accountOf(files, uid)?.name) ?? String(uid);
  const group = ({ gid }: FileInfo) => (options.has("n") ? undefined : groupOf(files, gid)?.name) ?? String(gid);
  const size = (info: FileInfo) => {
    if (info.device) return info.device.join(", ");
    return options.has("h") ? roundedUpSize(info.size) : String(info.size);
  };
  const columns = [
    column((info) => modeText(info), "end"),
    column(({ links }) => String(links), "start"),
    ...(options.has("g") ? [] : [column(user, "end")]),
    ...(options.last("oG") === undefined ? [column(group, "end")] : []),
    column(size, "start"),
    column(({ modifiedAt }) => shownTime(options, modifiedAt, clock.now()), "end"),
  ];
  const lines = shown.map(({ entry: { path, info }, coloured: name }, at) => {
    const target = info.kind === "symlink" ? ` -> ${files.readLink(path)}` : "";
    return `${prefixes[at] ?? ""}${columns.map((texts) => texts[at] ?? "").join(" ")} ${name}${target}\n`;
  });
  return lines.join("");
}

const timeStyles: Readonly<Record<string, string>> = {
  "full-iso": "%Y-%m-%d %H:%M:%S.%N %z",
  "long-iso": "%Y-%m-%d %H:%M",
};

function shownTime(options: Options, at: number, now: number): string {
  const style = options.has("full-time") ? "full-iso" : (options.value("time-style") ?? "locale");
  const format = style.startsWith("+") ? style.slice(1) : timeStyles[style];
  if (format !== undefined) return strftime(format, at);
  if (style === "iso") return strftime(isRecent(at, now) ? "%m-%d %H:%M" : "%Y-%m-%d ", at);
  return strftime(isRecent(at, now) ? "%b %e %H:%M" : "%b %e  %Y", at);
}

function withCommas(cells: readonly { readonly text: string; readonly width: number }[], width: number): string {
  let out = "";
  let at = 0;
  for (const [index, cell] of cells.entries()) {
    const isFirst = index === 0;
    const breaks = !isFirst && at + 2 + cell.width >= width;
    out += isFirst ? cell.text : `,${breaks ? "\n" : " "}${cell.text}`;
    at = isFirst || breaks ? cell.width : at + 2 + cell.width;
  }
  return out === "" ? "" : `${out}\n`;
}

const codes = { directory: "01;34", symlink: "01;36", device: "40;33;01", disk: "40;33;01", file: "01;32" } as const;

/** Only where it is asked for, and only on terminals that are known to have colours. */
function coloured(process: Process, options: Options, info: FileInfo, text: string): string {
  const when = options.has("color") ? options.value("color") || "always" : "never";
  const wanted = when === "always" || (when === "auto" && process.stdout.isTerminal);
  const hasColours = /xterm|linux|screen|tmux|vt100|color/u.test(process.env.get("TERM") ?? "");
  if (!wanted || !hasColours || (info.kind === "file" && (info.mode & 0o111) === 0)) return text;
  return `\u001B[0m\u001B[${codes[info.kind]}m${text}\u001B[0m`;
}
