import { createTarDecoder, createTarPacker, type TarPackController } from "modern-tar";

import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { Pod } from "../api/types.gen.ts";
import { defaultContainer } from "./default-container.ts";
import type { Files } from "./io.ts";
import { KubectlError } from "./kubectl-error.ts";
import { podPath } from "./pods-behind.ts";
import { pathOf } from "./rest.ts";
import { checkEnd, runSession } from "./session.ts";
import type { Call } from "./verb.ts";

/** A path inside of a pod; `pod` is "" for one of this machine. */
export interface PodFile {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

/** Copies a file or a directory into a container, through its `tar`. */
export async function copyToPod(from: string, to: PodFile, call: Call): Promise<void> {
  const files = filesOf(call);
  if (!exists(from, files)) throw new KubectlError(`${from} doesn't exist in local filesystem`);
  const path = to.path.length > 1 ? to.path.replace(/\/$/u, "") : to.path;
  // Into a directory that is there, under its own name.
  const target = (await isDirectory(path, to, call)) ? `${path.replace(/\/$/u, "")}/${baseName(from)}` : path;
  const { readable, controller } = createTarPacker();
  void pack({ from, to: target.replace(/^\//u, "") }, controller, files).then(
    () => controller.finalize(),
    (error: unknown) => controller.error(error),
  );
  const command = ["tar", "-xmf", "-", "-C", "/"];
  const absolute = target.startsWith("/");
  checkEnd(await runIn(to, { command: absolute ? command : command.slice(0, 3), input: readable as ByteSource }, call));
}

async function pack(
  { from, to }: { from: string; to: string },
  controller: TarPackController,
  files: Files,
): Promise<void> {
  const inside = files.list(from);
  if (!inside) {
    const bytes = files.readBytes(from);
    const writer = controller.add({ name: to, size: bytes.length, type: "file", mode: 0o644 }).getWriter();
    await writer.write(bytes);
    await writer.close();
    return;
  }
  await controller.add({ name: `${to}/`, size: 0, type: "directory", mode: 0o755 }).close();
  for (const path of inside) await pack({ from: path, to: `${to}/${baseName(path)}` }, controller, files);
}

/** Copies a file or a directory out of a container, through its `tar`. */
export async function copyFromPod(from: PodFile, to: string, call: Call): Promise<void> {
  const files = filesOf(call);
  const target = files.list(to) ? `${to.replace(/\/$/u, "")}/${baseName(from.path)}` : to;
  const decoder = createTarDecoder();
  const writer = decoder.writable.getWriter();
  const sink: ByteSink = { write: (bytes) => writer.write(bytes), close: () => undefined };
  const unpacking = unpack(decoder.readable, { source: from.path, target }, files);
  // What there is to say goes where else the file would go.
  const aloud = { ...call, io: { ...call.io, err: call.io.out } };
  const status = await runIn(from, { command: ["tar", "cf", "-", from.path], output: sink }, aloud);
  await writer.close();
  await unpacking;
  checkEnd(status);
}

async function unpack(
  entries: ReturnType<typeof createTarDecoder>["readable"],
  { source, target }: { source: string; target: string },
  files: Files,
): Promise<void> {
  const prefix = source.replace(/^\/+/u, "").replace(/\/$/u, "");
  for await (const { header, body } of entries) {
    const inner = header.name
      .replace(/^\.?\/+/u, "")
      .slice(prefix.length)
      .replace(/^\/|\/$/gu, "");
    const path = inner === "" ? target : `${target}/${inner}`;
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    // A name that leads out of the target is not followed.
    if (inner.split("/").includes("..")) continue;
    if (header.type === "directory") files.makeDirectory(path);
    else if (header.type === "file" || header.type === undefined) files.writeBytes(path, bytes);
  }
}

function filesOf({ io }: Call): Files {
  if (!io.files) throw new KubectlError("there are no files to copy here");
  return io.files;
}

function exists(path: string, files: Files): boolean {
  if (files.list(path)) return true;
  try {
    files.readBytes(path);
    return true;
  } catch (error) {
    if (error instanceof KubectlError) return false;
    throw error;
  }
}

function baseName(path: string): string {
  return path.replace(/\/+$/u, "").split(/[\\/]/u).at(-1) ?? path;
}

async function isDirectory(path: string, place: PodFile, call: Call): Promise<boolean> {
  const silent: ByteSink = { write: async () => undefined, close: () => undefined };
  const { status } = await runIn(
    place,
    { command: ["test", "-d", path], output: silent, errors: silent },
    { ...call, io: quiet(call) },
  );
  return status === "Success";
}

/** The container is spoken of only once. */
function quiet({ io }: Call): Call["io"] {
  return { ...io, err: async () => undefined };
}

async function runIn(
  { namespace, pod: name }: PodFile,
  {
    command,
    input,
    output,
    errors,
  }: { command: readonly string[]; input?: ByteSource; output?: ByteSink; errors?: ByteSink },
  call: Call,
): ReturnType<typeof runSession> {
  const pods = await call.discovery.find("pods");
  const pod = await call.rest.json<Pod>("GET", pathOf(pods, namespace, name));
  const container = call.flags.value("container") || (await defaultContainer(pod, call));
  const query = new URLSearchParams(command.map((part): [string, string] => ["command", part]));
  query.set("container", container);
  if (input) query.set("stdin", "true");
  query.set("stdout", "true");
  query.set("stderr", "true");
  const options = {
    stdin: input !== undefined,
    tty: false,
    ...(input ? { input } : {}),
    ...(output ? { stdout: output } : {}),
    ...(errors ? { stderr: errors } : {}),
  };
  return runSession(`${await podPath(pod, "exec", call)}?${query.toString()}`, options, call);
}
