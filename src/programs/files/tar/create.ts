import { createTarPacker, type TarHeader, type TarPackController } from "modern-tar";

import type { FileInfo } from "../../../runtime/filesystem.ts";
import { accountOf, groupOf } from "../../accounts.ts";
import { gzipSink } from "../../compression.ts";
import { Failure, reasonOf } from "../../failure.ts";
import { globMatches } from "../../glob.ts";
import { openForReading, openForWriting, type Sink } from "../../open.ts";
import { baseName, joinPath } from "../../paths.ts";
import type { TarJob } from "./tar.ts";

interface Creation extends TarJob {
  readonly controller: TarPackController;
  /** Of the archive itself, which is left out. */
  readonly archive: string | undefined;
  /** The first path of each file with several names, by inode. */
  readonly linked: Map<number, string>;
  saidLeading: boolean;
  failed: boolean;
}

/** Packs files and directories as they are met; what is written is written while the next is read. */
export async function createArchive(job: TarJob): Promise<number> {
  const { call, named } = job;
  if (named.length === 0)
    throw new Failure(
      { busybox: "empty archive", gnu: "Cowardly refusing to create an empty archive" },
      { busybox: 1, gnu: 2 },
    );
  const path = call.options.value("f") ?? "-";
  const sink = archiveSink(job, path);
  const { readable, controller } = createTarPacker();
  const archive = path === "-" ? undefined : call.process.files.realPath(call.process.resolve(path));
  const creation: Creation = { ...job, controller, archive, linked: new Map(), saidLeading: false, failed: false };
  const draining = drain(job, readable, sink).catch((error: unknown) => {
    controller.error(error);
    throw error;
  });
  const filling = fill(creation).catch((error: unknown) => {
    controller.error(error);
    throw error;
  });
  const [drained, filled] = await Promise.allSettled([draining, filling]);
  sink.close();
  for (const part of [drained, filled]) if (part.status === "rejected") throw part.reason;
  if (creation.failed)
    throw new Failure(
      { busybox: "error exit delayed from previous errors", gnu: "Exiting with failure status due to previous errors" },
      { busybox: 1, gnu: 2 },
    );
  return 0;
}

function archiveSink({ call }: TarJob, path: string): Pick<Sink, "write" | "close"> {
  if (path === "-") return { write: async (bytes) => call.out.write(bytes), close: () => {} };
  try {
    return openForWriting(call.process, path);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure(
      { busybox: `can't open '${path}': ${reason}`, gnu: `${path}: Cannot open: ${reason}` },
      { busybox: 1, gnu: 2 },
    );
  }
}

async function drain({ call }: TarJob, readable: ReadableStream<Uint8Array>, to: Pick<Sink, "write">): Promise<void> {
  const archive = call.options.value("f") ?? "-";
  const zipped = call.options.has("z") || (call.options.has("a") && /\.(?:gz|tgz)$/u.test(archive));
  const packer = zipped ? gzipSink(to) : undefined;
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await call.process.waitFor(reader.read());
    if (done) break;
    await (packer ?? to).write(value);
  }
  await packer?.end();
}

async function fill(creation: Creation): Promise<void> {
  for (const path of creation.named) await addPath(creation, path);
  creation.controller.finalize();
}

async function addPath(creation: Creation, path: string): Promise<void> {
  const { call, directory, excluded } = creation;
  const { files } = call.process;
  if (excluded.some((pattern) => isExcluded(pattern, path))) return;
  const absolute = path.startsWith("/") ? path : joinPath(directory, path);
  try {
    const info = call.options.has("h") ? files.stat(absolute) : files.lstat(absolute);
    if (creation.archive !== undefined && files.exists(absolute) && files.realPath(absolute) === creation.archive) {
      await call.complain(`${path}: file is the archive; skipping`);
      return;
    }
    if (info.kind === "device" || info.kind === "disk") return;
    await addEntry(creation, { path, absolute, info });
    if (info.kind !== "directory") return;
    for (const name of files.list(absolute)) await addPath(creation, joinPath(path, name));
  } catch (error) {
    const reason = reasonOf(error);
    await call.complain({ busybox: `${path}: ${reason}`, gnu: `${path}: Cannot stat: ${reason}` });
    creation.failed = true;
  }
}

function isExcluded(pattern: string, path: string): boolean {
  const plain = path.replace(/^\.\//u, "");
  return globMatches(pattern, path) || globMatches(pattern, plain) || globMatches(pattern, baseName(path));
}

interface Member {
  readonly path: string;
  readonly absolute: string;
  readonly info: FileInfo;
}

async function addEntry(creation: Creation, member: Member): Promise<void> {
  const { call } = creation;
  const name = await memberName(creation, member);
  if (name === "") return;
  const header = headerOf(creation, member, name);
  if (call.options.has("v")) await announce(creation, name);
  const body = creation.controller.add(header);
  const writer = body.getWriter();
  if (header.type === "file") {
    const source = openForReading(call.process, member.absolute);
    let left = header.size;
    for (let chunk = await source.read(); chunk !== undefined && left > 0; chunk = await source.read()) {
      await writer.write(chunk.subarray(0, left));
      left -= chunk.length;
    }
    source.close();
    if (left > 0) await writer.write(new Uint8Array(left));
  }
  await writer.close();
}

async function announce({ call }: Creation, name: string): Promise<void> {
  if ((call.options.value("f") ?? "-") === "-") await call.process.warn(`${name}\n`);
  else await call.out.print(`${name}\n`);
}

/** Without a leading slash, which is said once. */
async function memberName(creation: Creation, { path, info }: Member): Promise<string> {
  const { call } = creation;
  let name = path;
  if (name.startsWith("/") && !call.options.has("P")) {
    if (!creation.saidLeading)
      await call.complain({
        busybox: "removing leading '/' from member names",
        gnu: "Removing leading `/' from member names",
      });
    creation.saidLeading = true;
    name = name.replace(/^\/+/u, "");
  }
  return info.kind === "directory" && name !== "" && !name.endsWith("/") ? `${name}/` : name;
}

function headerOf(creation: Creation, { absolute, info }: Member, name: string): TarHeader {
  const { files } = creation.call.process;
  const base = {
    name,
    mode: info.mode & 0o7777,
    mtime: new Date(info.modifiedAt),
    uid: info.uid,
    gid: info.gid,
    uname: accountOf(files, info.uid)?.name ?? "",
    gname: groupOf(files, info.gid)?.name ?? "",
    size: 0,
  };
  if (info.kind === "directory") return { ...base, type: "directory" };
  if (info.kind === "symlink") return { ...base, type: "symlink", linkname: files.readLink(absolute) };
  const earlier = info.links > 1 ? creation.linked.get(info.inode) : undefined;
  if (earlier !== undefined) return { ...base, type: "link", linkname: earlier };
  if (info.links > 1) creation.linked.set(info.inode, name);
  return { ...base, type: "file", size: info.size };
}
