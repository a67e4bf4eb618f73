import { createTarDecoder, type ParsedTarEntry, type TarHeader } from "modern-tar";

import { type Process, SystemError } from "../../../runtime/process.ts";
import { strftime } from "../../../runtime/strftime.ts";
import type { Call } from "../../applet.ts";
import { gunzipped, isGzip } from "../../compression.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { globMatches } from "../../glob.ts";
import { openSource, type Source } from "../../input.ts";
import { openForWriting } from "../../open.ts";
import { joinPath } from "../../paths.ts";
import { modeText } from "../../permissions.ts";
import type { TarJob } from "./tar.ts";

/** Lists an archive; -v in `ls -l`'s way. */
export async function listArchive(job: TarJob): Promise<number> {
  await forEachEntry(job, async ({ header, body }) => {
    await body.cancel();
    await job.call.out.print(`${job.call.options.has("v") ? longLine(header) : header.name}\n`);
  });
  return 0;
}

/** What is put off to the end, so that nothing is written through a link of the archive. */
interface Later {
  readonly path: string;
  act(): void;
}

interface Extraction extends TarJob {
  readonly later: Later[];
  saidLeading: boolean;
  failed: boolean;
}

export async function extractArchive(job: TarJob): Promise<number> {
  const extraction: Extraction = { ...job, later: [], saidLeading: false, failed: false };
  await forEachEntry(job, (entry) => extractEntry(extraction, entry));
  for (const { path, act } of extraction.later) {
    try {
      act();
    } catch (error) {
      const reason = reasonOf(error);
      await job.call.complain({ busybox: `can't create '${path}': ${reason}`, gnu: `${path}: Cannot open: ${reason}` });
      extraction.failed = true;
    }
  }
  return extraction.failed ? 1 : 0;
}

async function forEachEntry(job: TarJob, use: (entry: ParsedTarEntry) => Promise<void>): Promise<void> {
  const { call, named, excluded } = job;
  const { process } = call;
  const source = await archiveSource(call);
  const decoder = createTarDecoder({ strict: true });
  const missing = new Set(named);
  const feeding = feed(source, decoder.writable);
  const reader = decoder.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await process.waitFor(reader.read());
      if (done) break;
      const wanted = named.filter((name) => isWithin(value.header.name, name));
      for (const name of wanted) missing.delete(name);
      const skipped = excluded.some((pattern) => isExcluded(pattern, value.header.name));
      if (skipped || (named.length > 0 && wanted.length === 0)) await value.body.cancel();
      else await use(value);
    }
    await feeding;
  } catch (error) {
    // Its failure is the one just caught, or follows from it.
    void Promise.allSettled([feeding]);
    throw archiveFailure(error);
  }
  const [first] = missing;
  if (first !== undefined)
    throw new Failure(
      { busybox: `${first}: not found in archive`, gnu: `${first}: Not found in archive\n${call.name}: ${givenUp}` },
      { busybox: 1, gnu: 2 },
    );
}

const givenUp = "Exiting with failure status due to previous errors";

function noArchive(busybox: string): Failure {
  return new Failure(
    { busybox, gnu: `This does not look like a tar archive\ntar: ${givenUp}` },
    { busybox: 1, gnu: 2 },
  );
}

async function archiveSource(call: Call): Promise<Source> {
  const path = call.options.value("f") ?? "-";
  try {
    return await openSource(call, path);
  } catch (error) {
    const reason = reasonOf(error);
    const gnu = `${path}: Cannot open: ${reason}\n${call.name}: Error is not recoverable: exiting now`;
    throw new Failure({ busybox: `can't open '${path}': ${reason}`, gnu }, { busybox: 1, gnu: 2 });
  }
}

function archiveFailure(error: unknown): unknown {
  if (error instanceof Failure || error instanceof SystemError || !(error instanceof Error)) return error;
  if (/checksum|magic|corrupt|invalid/iu.test(error.message)) return noArchive("invalid tar magic");
  return /unexpected end|truncated|incomplete/iu.test(error.message) ? noArchive("short read") : error;
}

async function feed(source: Source, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    let chunk = await source.read();
    if (chunk === undefined) throw noArchive("short read");
    if (isGzip(chunk)) chunk = await unzipped(chunk, source);
    for (; chunk !== undefined; chunk = await source.read()) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    await writer.abort(error);
    throw error;
  } finally {
    source.close();
  }
}

function unzipped(first: Uint8Array, source: Source): Promise<Uint8Array> {
  let head: Uint8Array | undefined = first;
  return gunzipped({
    hold: (bytes) => source.hold(bytes),
    async read() {
      const chunk = head ?? (await source.read());
      head = undefined;
      return chunk;
    },
  });
}

/** A name stands for what is below it too. */
function isWithin(path: string, name: string): boolean {
  const [member, wanted] = [path, name].map((text) => text.replace(/\/+$/u, ""));
  return member === wanted || `${member ?? ""}/`.startsWith(`${wanted ?? ""}/`);
}

function isExcluded(pattern: string, path: string): boolean {
  const names = path.replace(/\/$/u, "").split("/");
  return names.some(
    (name, index) => globMatches(pattern, name) || globMatches(pattern, names.slice(0, index + 1).join("/")),
  );
}

async function extractEntry(extraction: Extraction, { header, body }: ParsedTarEntry): Promise<void> {
  const { call } = extraction;
  const name = await safeName(extraction, header.name);
  if (name === "") {
    await body.cancel();
    return;
  }
  if (call.options.has("v")) await call.out.print(`${header.name}\n`);
  if (call.options.has("O")) {
    await toOutput(extraction, body);
    return;
  }
  try {
    await place(extraction, { header, body }, joinPath(extraction.directory, name));
  } catch (error) {
    const reason = reasonOf(error);
    await body.cancel();
    await call.complain({ busybox: `can't open '${name}': ${reason}`, gnu: `${name}: Cannot open: ${reason}` });
    extraction.failed = true;
  }
}

/** Without what would lead out of the directory: a leading slash, and everything up to the last `..`. */
async function safeName(extraction: Extraction, path: string): Promise<string> {
  const { call } = extraction;
  const unsafe = /^(?:.*\/)?\.\.(?:\/|$)|^\/+/u.exec(path)?.[0] ?? "";
  if (unsafe !== "" && !extraction.saidLeading) {
    await call.complain({
      busybox: `removing leading '${unsafe}' from member names`,
      gnu: `Removing leading \`${unsafe}' from member names`,
    });
    extraction.saidLeading = true;
  }
  const names = path
    .slice(unsafe.length)
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  return names.slice(Number(call.options.value("strip-components") ?? "0")).join("/");
}

async function toOutput({ call }: Extraction, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await call.process.waitFor(reader.read());
    if (done) return;
    await call.out.write(value);
  }
}

async function place(extraction: Extraction, { header, body }: ParsedTarEntry, path: string): Promise<void> {
  const { call, directory, later } = extraction;
  const { files } = call.process;
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  if (!files.exists(parent)) files.makeDirectory(parent, { recursive: true });
  if (header.type === "directory") {
    await body.cancel();
    files.makeDirectory(path, { recursive: true });
    later.push({ path: header.name, act: () => restore(extraction, path, header) });
    return;
  }
  const isThere = exists(call.process, path);
  if (isThere && call.options.has("k")) throw new SystemError("EEXIST");
  if (header.type === "symlink" || header.type === "link") {
    await body.cancel();
    const target = header.linkname ?? "";
    later.push({
      path: header.name,
      act: () => {
        if (exists(call.process, path)) files.remove(path);
        if (header.type === "symlink") files.symlink(target, path);
        else files.link(joinPath(directory, target.replace(/^\/+/u, "")), path);
      },
    });
    return;
  }
  if (isThere && files.lstat(path).kind !== "directory" && !call.options.has("overwrite")) files.remove(path);
  await writeFile(extraction, body, path);
  restore(extraction, path, header);
}

function exists({ files }: Process, path: string): boolean {
  try {
    files.lstat(path);
    return true;
  } catch (error) {
    reasonOf(error);
    return false;
  }
}

async function writeFile({ call }: Extraction, body: ReadableStream<Uint8Array>, path: string): Promise<void> {
  const sink = openForWriting(call.process, path);
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await call.process.waitFor(reader.read());
      if (done) return;
      await sink.write(value);
    }
  } finally {
    reader.releaseLock();
    sink.close();
  }
}

/** Owner, mode and time, as far as they are asked for and allowed. */
function restore({ call }: Extraction, path: string, header: TarHeader): void {
  const { process, options } = call;
  const isRoot = process.user.uid === 0;
  if (isRoot && !options.has("o")) process.files.chown(path, header.uid ?? 0, header.gid ?? 0);
  const whole = options.has("p") || (isRoot && !options.has("no-same-permissions"));
  if (header.mode !== undefined) process.files.chmod(path, header.mode & (whole ? 0o7777 : 0o777 & ~process.umask));
  if (header.mtime !== undefined && !options.has("m")) process.files.setTimes(path, header.mtime.getTime());
}

function longLine(header: TarHeader): string {
  const { name, mode = 0o644, uid = 0, gid = 0, uname = "", gname = "", size, mtime } = header;
  const kind = header.type === "directory" || header.type === "symlink" ? header.type : "file";
  const owner = `${uname === "" ? uid : uname}/${gname === "" ? gid : gname}`;
  const time = strftime("%Y-%m-%d %H:%M:%S", mtime?.getTime() ?? 0);
  const link = header.linkname !== undefined && header.linkname !== "" ? ` -> ${header.linkname}` : "";
  return `${modeText({ kind, mode })} ${owner} ${String(size).padStart(9)} ${time} ${name}${link}`;
}
