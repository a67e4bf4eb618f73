import type { FileInfo } from "../runtime/filesystem.ts";

const kinds = { file: "-", directory: "d", symlink: "l", device: "c", disk: "b" } as const;

/** `drwxr-xr-x`, with `s` and `t` where the mode has them. */
export function modeText(info: Pick<FileInfo, "kind" | "mode">): string {
  const bits = Array.from("rwxrwxrwx", (letter, i) => ((info.mode >> (8 - i)) & 1 ? letter : "-"));
  const special = (at: number, bit: number, letter: string) => {
    if (info.mode & bit) bits[at] = bits[at] === "x" ? letter : letter.toUpperCase();
  };
  special(2, 0o4000, "s");
  special(5, 0o2000, "s");
  special(8, 0o1000, "t");
  return kinds[info.kind] + bits.join("");
}

const who: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const what: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 };

/** The mode after `644`, `u+x,go-w` or `a=rX`; undefined when it cannot be read. */
export function changedMode(text: string, info: Pick<FileInfo, "kind" | "mode">): number | undefined {
  if (/^[0-7]{1,4}$/u.test(text)) return Number.parseInt(text, 8);
  let mode = info.mode & 0o7777;
  for (const clause of text.split(",")) {
    const changed = changedByClause(clause, { kind: info.kind, mode });
    if (changed === undefined) return undefined;
    mode = changed;
  }
  return mode;
}

function changedByClause(clause: string, info: Pick<FileInfo, "kind" | "mode">): number | undefined {
  const [, classes = "", actions = ""] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/u.exec(clause) ?? [];
  if (actions === "") return undefined;
  const whose =
    classes === "" ? 0o7777 & ~0o022 : Array.from(classes).reduce((mask, letter) => mask | (who[letter] ?? 0), 0);
  let mode = info.mode;
  for (const [, operator, letters = ""] of actions.matchAll(/([-+=])([rwxXstugo]*)/gu)) {
    const bits = bitsOf(letters, { kind: info.kind, mode }) & whose;
    if (operator === "+") mode |= bits;
    else if (operator === "-") mode &= ~bits;
    else mode = (mode & ~(whose | (classes === "" ? 0o777 : 0))) | bits;
  }
  return mode;
}

function bitsOf(letters: string, info: Pick<FileInfo, "kind" | "mode">): number {
  const copied = { u: info.mode >> 6, g: info.mode >> 3, o: info.mode }[letters];
  if (copied !== undefined) return (copied & 7) * 0o111;
  const searchable = info.kind === "directory" || (info.mode & 0o111) !== 0;
  return Array.from(letters).reduce(
    (bits, letter) => bits | (letter === "X" ? (searchable ? 0o111 : 0) : (what[letter] ?? 0)),
    0,
  );
}
