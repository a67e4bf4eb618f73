import type { FileInfo } from "../../runtime/filesystem.ts";
import { SystemError } from "../../runtime/process.ts";
import { parseInteger, wrap } from "../arithmetic/integer.ts";
import type { Integer } from "../arithmetic/integer.ts";
import { ShellError } from "../jumps.ts";
import { optionNames } from "../options.ts";
import type { OptionName } from "../options.ts";
import type { Shell } from "../shell.ts";

export function isUnaryTest(operator: string): boolean {
  return /^-[bcdefghkLnoprstuvwxzGNOSR]$/.test(operator);
}

export function isBinaryTest(operator: string): boolean {
  return /^(?:=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/.test(operator);
}

/** `-f path`, `-n text` and so on. */
export function unaryTest(shell: Shell, operator: string, operand: string): boolean {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-t":
      return shell.process.descriptors.get(Number(integerFrom(shell, operand)))?.kind === "terminal";
    case "-o":
      return optionNames.includes(operand as OptionName) && shell.options[operand as OptionName];
    case "-v":
    case "-R":
      return isSet(shell, operand);
    case "-r":
      return can(shell, operand, "read");
    case "-w":
      return can(shell, operand, "write");
    case "-x":
      return can(shell, operand, "execute");
    default:
      return fileTest(shell, operator, operand);
  }
}

export function binaryTest(shell: Shell, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
      return modifiedAt(shell, left) > modifiedAt(shell, right);
    case "-ot":
      return modifiedAt(shell, left) < modifiedAt(shell, right);
    case "-ef":
      return infoOf(shell, left)?.inode === infoOf(shell, right)?.inode && infoOf(shell, left) !== undefined;
    default:
      return compare(operator, integerFrom(shell, left), integerFrom(shell, right));
  }
}

function compare(operator: string, left: Integer, right: Integer): boolean {
  switch (operator) {
    case "-eq":
      return left === right;
    case "-ne":
      return left !== right;
    case "-lt":
      return left < right;
    case "-le":
      return left <= right;
    case "-gt":
      return left > right;
    default:
      return left >= right;
  }
}

const largest = 2n ** 63n - 1n;

function integerFrom(shell: Shell, text: string): Integer {
  const match = /^\s*([-+]?)(\d+)\s*$/.exec(text);
  const digits = match?.[2]?.replace(/^0+(?=\d)/, "");
  const value = digits === undefined ? undefined : parseInteger(digits);
  if (value === undefined || BigInt(digits ?? 0) > largest) throw notANumber(shell, text);
  return match?.[1] === "-" ? wrap(-BigInt(value)) : value;
}

function notANumber(shell: Shell, text: string): ShellError {
  if (shell.dialect.bash) return new ShellError(`${text}: integer expression expected`, 2, false);
  return new ShellError(shell.dialect.name === "ash" ? `${text}: bad number` : `Illegal number: ${text}`, 2, false);
}

function isSet(shell: Shell, reference: string): boolean {
  const [, name = reference, key] = /^(\w+)\[(.*)\]$/.exec(reference) ?? [];
  const variable = shell.variables.find(name);
  if (key === undefined) return shell.variables.get(name) !== undefined;
  return key === "@" ? (variable?.elements?.size ?? 0) > 0 : variable?.elements?.has(key) === true;
}

function can(shell: Shell, path: string, access: "read" | "write" | "execute"): boolean {
  return path !== "" && shell.process.files.can(shell.process.resolve(path), access);
}

function fileTest(shell: Shell, operator: string, path: string): boolean {
  const info = infoOf(shell, path, operator === "-L" || operator === "-h");
  if (!info) return false;
  switch (operator) {
    case "-d":
      return info.kind === "directory";
    case "-f":
      return info.kind === "file";
    case "-L":
    case "-h":
      return info.kind === "symlink";
    case "-c":
      return info.kind === "device";
    case "-b":
      return info.kind === "disk";
    case "-s":
      return info.size > 0;
    case "-u":
      return (info.mode & 0o4000) !== 0;
    case "-g":
      return (info.mode & 0o2000) !== 0;
    case "-k":
      return (info.mode & 0o1000) !== 0;
    case "-O":
      return info.uid === shell.process.user.uid;
    case "-G":
      return info.gid === shell.process.user.gid;
    default:
      return operator === "-e";
  }
}

function modifiedAt(shell: Shell, path: string): number {
  return infoOf(shell, path)?.modifiedAt ?? -Infinity;
}

function infoOf(shell: Shell, path: string, link = false): FileInfo | undefined {
  if (path === "") return undefined;
  const { files } = shell.process;
  try {
    const absolute = shell.process.resolve(path);
    return link ? files.lstat(absolute) : files.stat(absolute);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
