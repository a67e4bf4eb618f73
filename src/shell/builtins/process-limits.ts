import { ShellError } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

const limits: readonly (readonly [letter: string, label: string, value: string])[] = [
  ["c", "core file size (blocks)", "0"],
  ["d", "data seg size (kb)", "unlimited"],
  ["f", "file size (blocks)", "unlimited"],
  ["l", "locked memory (kb)", "8192"],
  ["m", "resident set size (kb)", "unlimited"],
  ["n", "open files", "1048576"],
  ["p", "processes", "unlimited"],
  ["s", "stack size (kb)", "8192"],
  ["t", "cpu time (seconds)", "unlimited"],
  ["v", "address space (kb)", "unlimited"],
];

/** Limits are remembered and told; the simulation has none of its own to hold to them. */
export const ulimit: Builtin = {
  names: ["ulimit"],
  async run(shell, [, ...words]) {
    let letter = "f";
    let all = false;
    while (words[0]?.startsWith("-")) {
      for (const option of words.shift()?.slice(1) ?? "") {
        if (option === "a") all = true;
        else if (option !== "H" && option !== "S") letter = option;
      }
    }
    if (all) {
      for (const [key, label, value] of limits) {
        await shell.print(`${label.padEnd(27)}(-${key}) ${shell.limits.get(key) ?? value}\n`);
      }
      return 0;
    }
    const limit = limits.find(([key]) => key === letter);
    if (!limit) throw new ShellError(shell.dialect.illegalOption(`-${letter}`), 2);
    const [value] = words;
    if (value === undefined) await shell.print(`${shell.limits.get(letter) ?? limit[2]}\n`);
    else setLimit(shell, letter, value);
    return 0;
  },
};

function setLimit(shell: Shell, letter: string, value: string): void {
  if (!/^(?:\d+|unlimited|hard|soft)$/.test(value)) throw new ShellError(shell.dialect.badNumber(value), 2);
  if (/^(?:\d+|unlimited)$/.test(value)) shell.limits.set(letter, value);
}

export const umask: Builtin = {
  names: ["umask"],
  async run(shell, [, ...words]) {
    const symbolic = words[0] === "-S";
    const mode = symbolic ? words[1] : words[0];
    const { process } = shell;
    if (mode === undefined) {
      const octal = process.umask.toString(8).padStart(4, "0");
      await shell.print(`${symbolic ? symbolicMask(process.umask) : octal}\n`);
    } else if (/^[0-7]{1,4}$/.test(mode)) process.umask = Number.parseInt(mode, 8);
    else process.umask = parseMask(shell, mode);
    return 0;
  },
};

const classes = { u: 6, g: 3, o: 0 } as const;
const permissions = { r: 4, w: 2, x: 1 } as const;

function symbolicMask(mask: number): string {
  return Object.entries(classes)
    .map(([name, shift]) => {
      const allowed = ~(mask >> shift) & 7;
      const letters = Object.entries(permissions).map(([letter, bit]) => (allowed & bit ? letter : ""));
      return `${name}=${letters.join("")}`;
    })
    .join(",");
}

function parseMask(shell: Shell, text: string): number {
  let allowed = ~shell.process.umask & 0o777;
  for (const clause of text.split(",")) {
    const [, who = "", operator = "", letters = ""] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? [];
    if (operator === "") throw badMode(shell, text);
    const bits = Array.from(letters).reduce((sum, letter) => sum | permissions[letter as keyof typeof permissions], 0);
    const names = who === "" || who.includes("a") ? "ugo" : who;
    for (const name of names) {
      const shift = classes[name as keyof typeof classes];
      if (operator === "=") allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else allowed = operator === "+" ? allowed | (bits << shift) : allowed & ~(bits << shift);
    }
  }
  return ~allowed & 0o777;
}

function badMode({ dialect }: Shell, text: string): ShellError {
  const isNumber = /^\d/.test(text);
  if (dialect.name === "ash") return new ShellError(`illegal mode: ${text}`, 2);
  if (!dialect.bash) return new ShellError(`${isNumber ? "Illegal number" : "Illegal mode"}: ${text}`, 2);
  const message = isNumber ? `${text}: octal number out of range` : `\`${text[0]}': invalid symbolic mode operator`;
  return new ShellError(message, 1, false);
}

/** Of the shell and of its children; all of it counts as the user's. */
export const times: Builtin = {
  names: ["times"],
  special: true,
  async run(shell) {
    const { usedNs, childrenNs } = shell.process.cpu;
    const digits = shell.dialect.bash ? 3 : 6;
    const show = (ns: number) => `${Math.floor(ns / 60e9)}m${((ns % 60e9) / 1e9).toFixed(digits)}s`;
    await shell.print(`${show(usedNs)} ${show(0)}\n${show(childrenNs)} ${show(0)}\n`);
    return 0;
  },
};
