import type { FileTree } from "../files/file-tree.ts";
import type { FileView } from "../files/file-view.ts";
import type { RegularFile } from "../files/inode.ts";
import { ExecError, type Program } from "../process.ts";

/** A command, found: a script's has its interpreter in front. */
export interface Executable {
  readonly program: Program;
  readonly argv: readonly string[];
}

/** Where to look. */
export interface Search {
  readonly files: FileView;
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  /** Where the programs of copied executables are found. */
  readonly tree: FileTree;
}

export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const mostInterpreters = 4;
const longestFirstLine = 255;

/** Bytes that one argument, and all of them with the environment, may take. */
const longestArgument = 128 * 1024;
const longestArguments = 2 * 1024 * 1024;
const pointerBytes = 8;

/** Throws ExecError E2BIG, as execve(2) fails. */
function checkLength(argv: readonly string[], env: ReadonlyMap<string, string>): void {
  let bytes = 0;
  const add = (length: number): void => {
    bytes += length + 1 + pointerBytes;
    if (length >= longestArgument || bytes > longestArguments) throw new ExecError("E2BIG");
  };
  for (const argument of argv) add(argument.length);
  for (const [name, value] of env) add(name.length + 1 + value.length);
}

/** As execvp(3) finds it. Throws ExecError: ENOENT (the interpreter's too), EACCES, ENOEXEC, E2BIG. */
export function findExecutable(argv: readonly string[], search: Search): Executable {
  checkLength(argv, search.env);
  const path = locate(argv[0] ?? "", search);
  return interpret([path, ...argv.slice(1)], argv, search, 0);
}

/** The path of a command, as execve(2) is given it. Throws ExecError: ENOENT, EACCES. */
function locate(name: string, { files, cwd, env }: Search): string {
  const path = env.get("PATH") ?? defaultPath;
  if (name.includes("/")) {
    if (!files.exists(absolute(name, cwd))) throw new ExecError("ENOENT");
    return name;
  }
  if (name === "") throw new ExecError("ENOENT");
  let isBarred = false;
  for (let start = 0; start <= path.length;) {
    const colon = path.indexOf(":", start);
    const end = colon < 0 ? path.length : colon;
    const directory = start === end ? cwd : path.slice(start, end);
    start = end + 1;
    const inode = files.findIn(directory, name);
    if (inode?.kind !== "file") continue;
    if (files.mayRun(inode)) return `${directory}/${name}`;
    isBarred = true;
  }
  throw new ExecError(isBarred ? "EACCES" : "ENOENT");
}

function absolute(path: string, cwd: string): string {
  return path.startsWith("/") ? path : `${cwd}/${path}`;
}

function interpret(
  [path = "", ...rest]: readonly string[],
  argv: readonly string[],
  search: Search,
  depth: number,
): Executable {
  const { files, tree, cwd } = search;
  const place = absolute(path, cwd);
  const inode = files.find(place);
  if (!inode) throw new ExecError("ENOENT");
  if (inode.kind !== "file" || !files.mayRun(inode)) throw new ExecError("EACCES");
  const program = inode.program ?? tree.programOf(inode.bytes());
  if (program) return { program, argv };
  const interpreter = interpreterOf(inode);
  if (interpreter.length === 0 || depth === mostInterpreters) throw new ExecError("ENOEXEC");
  const command = [...interpreter, path, ...rest];
  return interpret(command, command, search, depth + 1);
}

/** `#!/bin/sh -e` gives the interpreter and at most one argument. */
function interpreterOf(file: RegularFile): readonly string[] {
  const head = Buffer.from(file.take(0, longestFirstLine)).toString();
  const [, interpreter, argument] = /^#![ \t]*([^ \t\n]+)[ \t]*([^\n]*?)[ \t\r]*(?:\n|$)/u.exec(head) ?? [];
  if (interpreter === undefined) return [];
  return argument ? [interpreter, argument] : [interpreter];
}
