import type { FileInfo } from "../../runtime/filesystem.ts";
import { SystemError } from "../../runtime/process.ts";
import type { Call } from "../applet.ts";
import { confirmed } from "../confirm.ts";
import { reasonOf } from "../failure.ts";
import { openForReading, openForWriting } from "../open.ts";
import { joinPath, statOf } from "../paths.ts";

export interface CopyOptions {
  readonly recursive: boolean;
  /** Copies symlinks as they are instead of what they lead to. */
  readonly keepLinks: boolean;
  /** Owner, mode and times too. */
  readonly preserve: boolean;
  readonly force: boolean;
  readonly verbose: boolean;
  /** Leaves a target alone that exists (-n), or that is not older (-u). */
  skips(source: FileInfo, target: FileInfo): boolean;
  /** Asks before a file is replaced. */
  readonly interactive: boolean;
}

/** Copies a file or a tree; false after saying what went wrong. */
export async function copyPath(call: Call, from: string, to: string, options: CopyOptions): Promise<boolean> {
  const { process } = call;
  const info = await sourceInfo(call, from, options.keepLinks);
  if (info === undefined) return false;
  const target = statOf(process, to);
  if (target && options.skips(info, target)) return true;
  if (target && target.inode === info.inode && sameFile(call, from, to)) {
    await call.complain(`'${from}' and '${to}' are the same file`);
    return false;
  }
  if (options.interactive && target?.kind === "file" && !(await confirmed(call, `overwrite '${to}'`))) return true;
  if (options.verbose) await call.out.print(`'${from}' -> '${to}'\n`);
  if (info.kind === "directory") return copyDirectory(call, [from, to], info, options);
  try {
    if (info.kind === "symlink") copyLink(call, from, to);
    else await copyFile(call, [from, to], info, options);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    const made = info.kind === "symlink" ? "symbolic link" : "regular file";
    const gnu = reads(call, from) ? `cannot create ${made} '${to}'` : `cannot open '${from}' for reading`;
    await call.complain({ busybox: `can't create '${to}': ${reason}`, gnu: `${gnu}: ${reason}` });
    return false;
  }
}

function reads({ process }: Call, path: string): boolean {
  return process.files.can(process.resolve(path), "read");
}

async function sourceInfo(call: Call, from: string, keepLinks: boolean): Promise<FileInfo | undefined> {
  const { files } = call.process;
  const path = call.process.resolve(from);
  try {
    return keepLinks ? files.lstat(path) : files.stat(path);
  } catch (error) {
    const reason = reasonOf(error);
    await call.complain({ busybox: `can't stat '${from}': ${reason}`, gnu: `cannot stat '${from}': ${reason}` });
    return undefined;
  }
}

function sameFile({ process }: Call, from: string, to: string): boolean {
  return process.files.realPath(process.resolve(from)) === process.files.realPath(process.resolve(to));
}

async function copyDirectory(
  call: Call,
  [from, to]: readonly [string, string],
  info: FileInfo,
  options: CopyOptions,
): Promise<boolean> {
  const { process } = call;
  if (!options.recursive) {
    await call.complain({
      busybox: `omitting directory '${from}'`,
      gnu: `-r not specified; omitting directory '${from}'`,
    });
    return false;
  }
  const names = process.files.list(process.resolve(from));
  const target = statOf(process, to);
  if (isWithin(call, from, to)) {
    await call.complain({
      busybox: `recursion detected, omitting directory '${to}'`,
      gnu: `cannot copy a directory, '${from}', into itself, '${to}'`,
    });
    return false;
  }
  try {
    if (!target) process.files.makeDirectory(process.resolve(to), { mode: info.mode });
    else if (target.kind !== "directory") throw new SystemError("EEXIST");
  } catch (error) {
    const reason = reasonOf(error);
    await call.complain({
      busybox: `can't create directory '${to}': ${reason}`,
      gnu: target
        ? `cannot overwrite non-directory '${to}' with directory '${from}'`
        : `cannot create directory '${to}': ${reason}`,
    });
    return false;
  }
  let whole = true;
  for (const name of names) whole = (await copyPath(call, joinPath(from, name), joinPath(to, name), options)) && whole;
  if (options.preserve) preserve(call, to, info);
  return whole;
}

/** A directory cannot be copied into itself. */
function isWithin({ process }: Call, from: string, to: string): boolean {
  const parent = process.resolve(to).replace(/\/+[^/]*\/*$/u, "") || "/";
  if (!process.files.exists(parent)) return false;
  return `${process.files.realPath(parent)}/`.startsWith(`${process.files.realPath(process.resolve(from))}/`);
}

function copyLink({ process }: Call, from: string, to: string): void {
  const target = process.files.readLink(process.resolve(from));
  if (statOf(process, to, false)) process.files.remove(process.resolve(to));
  process.files.symlink(target, process.resolve(to));
}

async function copyFile(
  call: Call,
  [from, to]: readonly [string, string],
  info: FileInfo,
  options: CopyOptions,
): Promise<void> {
  const { process } = call;
  const isNew = statOf(process, to) === undefined;
  const source = openForReading(process, from);
  try {
    await pour(source, openTarget(call, to, options.force));
  } finally {
    source.close();
  }
  if (isNew) process.files.chmod(process.resolve(to), info.mode & ~(options.preserve ? 0 : process.umask));
  if (options.preserve) preserve(call, to, info);
}

async function pour(source: ReturnType<typeof openForReading>, sink: ReturnType<typeof openForWriting>): Promise<void> {
  try {
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) await sink.write(chunk);
  } finally {
    sink.close();
  }
}

/** -f removes what cannot be opened. */
function openTarget({ process }: Call, to: string, force: boolean): ReturnType<typeof openForWriting> {
  try {
    return openForWriting(process, to);
  } catch (error) {
    if (!force || !(error instanceof SystemError) || error.code !== "EACCES") throw error;
    process.files.remove(process.resolve(to));
    return openForWriting(process, to);
  }
}

function preserve({ process }: Call, path: string, info: FileInfo): void {
  const absolute = process.resolve(path);
  if (process.user.uid === 0) process.files.chown(absolute, info.uid, info.gid);
  process.files.chmod(absolute, info.mode);
  process.files.setTimes(absolute, info.modifiedAt);
}
