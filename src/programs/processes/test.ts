import type { FileInfo } from "../../runtime/filesystem.ts";
import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { Failure } from "../failure.ts";
import { statOf } from "../paths.ts";

/** `test` and `[`: 0 for true, 1 for false, 2 for what can't be read. */
export const test: Tool = {
  names: ["test", "["],
  bases: ["busybox", "alpine", "debian"],
  directory: "/usr/bin",
  async run(process) {
    const name = process.argv[0]?.split("/").pop() ?? "test";
    try {
      const words = process.argv.slice(1);
      if (name === "[" && words.pop() !== "]") throw new Failure("missing ]");
      if (words.length === 0) return 1;
      const cursor: Cursor = { process, words, at: 0 };
      const result = disjunction(cursor);
      const extra = cursor.words[cursor.at];
      if (extra !== undefined) throw new Failure(`${extra}: unknown operand`);
      return result ? 0 : 1;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await process.warn(`${name}: ${error.message}\n`);
      return 2;
    }
  },
};

interface Cursor {
  readonly process: Process;
  readonly words: readonly string[];
  at: number;
}

function disjunction(cursor: Cursor): boolean {
  let result = conjunction(cursor);
  while (cursor.words[cursor.at] === "-o") {
    cursor.at++;
    const right = conjunction(cursor);
    result = result || right;
  }
  return result;
}

function conjunction(cursor: Cursor): boolean {
  let result = negation(cursor);
  while (cursor.words[cursor.at] === "-a") {
    cursor.at++;
    const right = negation(cursor);
    result = result && right;
  }
  return result;
}

function negation(cursor: Cursor): boolean {
  const left = cursor.words.length - cursor.at;
  const isOperand = left === 3 && Object.hasOwn(binaries, cursor.words[cursor.at + 1] ?? "");
  if (cursor.words[cursor.at] !== "!" || left === 1 || isOperand) return primary(cursor);
  cursor.at++;
  return !negation(cursor);
}

function primary(cursor: Cursor): boolean {
  const [word, operator, right] = cursor.words.slice(cursor.at, cursor.at + 3);
  if (word === undefined) throw new Failure("argument expected");
  const binary =
    operator !== undefined && right !== undefined && Object.hasOwn(binaries, operator) ? binaries[operator] : undefined;
  if (binary && right !== undefined) {
    cursor.at += 3;
    return binary(word, right, cursor.process);
  }
  if (word === "(" && operator !== undefined) {
    cursor.at++;
    const result = disjunction(cursor);
    if (cursor.words[cursor.at++] !== ")") throw new Failure("closing paren expected");
    return result;
  }
  const unary = operator !== undefined && Object.hasOwn(unaries, word) ? unaries[word] : undefined;
  if (unary && operator !== undefined) {
    cursor.at += 2;
    return unary(operator, cursor.process);
  }
  cursor.at++;
  return word !== "";
}

type Unary = (operand: string, process: Process) => boolean;

function about(holds: (info: FileInfo) => boolean): Unary {
  return (path, process) => {
    const info = statOf(process, path);
    return info !== undefined && holds(info);
  };
}

function access(kind: "read" | "write" | "execute"): Unary {
  return (path, process) => process.files.can(process.resolve(path), kind);
}

const isLink: Unary = (path, process) => statOf(process, path, false)?.kind === "symlink";

const unaries: Readonly<Record<string, Unary>> = {
  "-z": (text) => text === "",
  "-n": (text) => text !== "",
  "-e": about(() => true),
  "-f": about(({ kind }) => kind === "file"),
  "-d": about(({ kind }) => kind === "directory"),
  "-c": about(({ kind }) => kind === "device"),
  "-b": about(({ kind }) => kind === "disk"),
  "-p": () => false,
  "-S": () => false,
  "-s": about(({ size }) => size > 0),
  "-u": about(({ mode }) => (mode & 0o4000) !== 0),
  "-g": about(({ mode }) => (mode & 0o2000) !== 0),
  "-k": about(({ mode }) => (mode & 0o1000) !== 0),
  "-h": isLink,
  "-L": isLink,
  "-r": access("read"),
  "-w": access("write"),
  "-x": access("execute"),
  "-O": (path, process) => statOf(process, path)?.uid === process.user.uid,
  "-G": (path, process) => statOf(process, path)?.gid === process.user.gid,
  "-t": (number, process) => process.descriptors.get(Number(number))?.kind === "terminal",
};

type Binary = (left: string, right: string, process: Process) => boolean;

function numeric(holds: (a: number, b: number) => boolean): Binary {
  return (left, right) => holds(integer(left), integer(right));
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/u.test(text)) throw new Failure(`${text}: bad number`);
  return Number(text);
}

const modified = (process: Process, path: string) => statOf(process, path)?.modifiedAt ?? Number.NEGATIVE_INFINITY;

const binaries: Readonly<Record<string, Binary>> = {
  "=": (left, right) => left === right,
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "-eq": numeric((a, b) => a === b),
  "-ne": numeric((a, b) => a !== b),
  "-lt": numeric((a, b) => a < b),
  "-le": numeric((a, b) => a <= b),
  "-gt": numeric((a, b) => a > b),
  "-ge": numeric((a, b) => a >= b),
  "-nt": (left, right, process) => modified(process, left) > modified(process, right),
  "-ot": (left, right, process) => modified(process, left) < modified(process, right),
  "-ef": (left, right, process) => {
    const one = statOf(process, left);
    return one !== undefined && one.inode === statOf(process, right)?.inode;
  },
};
