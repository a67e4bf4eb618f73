import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { get as httpGet, type IncomingMessage } from "node:http";
import { get as httpsGet } from "node:https";
import { createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";

import { decodeText, readAll } from "../api/bytes.ts";
import type { TerminalSize } from "../client/node-agents.ts";
import type { Files, Io, Listener, Place, Terminal } from "./io.ts";
import { KubectlError } from "./kubectl-error.ts";

/** This process's streams, files, sockets and terminal. */
export function nodeIo(interrupt: AbortSignal): Io & { usedStdin(): boolean } {
  let isOpen = false;
  return {
    // Opened only when it is read: an open one keeps the process alive.
    stdin: {
      [Symbol.asyncIterator]() {
        isOpen = true;
        return process.stdin[Symbol.asyncIterator]();
      },
    },
    usedStdin: () => isOpen,
    out: (bytes) => write(process.stdout, bytes),
    err: (bytes) => write(process.stderr, bytes),
    interrupt,
    terminal: isatty(0) && isatty(1) ? terminal : undefined,
    readFile: (path) => decodeText(nodeFiles.readBytes(path)),
    files: nodeFiles,
    download,
    listen,
  };
}

function write(stream: NodeJS.WriteStream, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

const nodeFiles: Files = {
  readBytes(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      throw unreadable(path, error);
    }
  },
  writeBytes(path, bytes) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  },
  makeDirectory: (path) => void mkdirSync(path, { recursive: true }),
  list(path) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
    return readdirSync(path)
      .toSorted()
      .map((name) => join(path, name));
  },
};

function unreadable(path: string, error: unknown): KubectlError {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT") return new KubectlError(`the path ${JSON.stringify(path)} does not exist`);
  if (code === "EACCES") return new KubectlError(`open ${path}: permission denied`);
  return new KubectlError(`the path ${JSON.stringify(path)} cannot be accessed: ${String(error)}`);
}

const redirects = new Set([301, 302, 303, 307, 308]);

async function download(url: string): Promise<string> {
  const response = await fetchOnce(url);
  const { statusCode = 0, headers, statusMessage = "" } = response;
  if (redirects.has(statusCode) && headers.location) {
    response.destroy();
    return download(new URL(headers.location, url).href);
  }
  const text = decodeText(await readAll(response));
  if (statusCode === 200) return text;
  const status = `${statusCode} ${statusMessage}`;
  throw new KubectlError(
    `unable to read URL ${JSON.stringify(url)}, server reported ${status}, status code=${statusCode}`,
  );
}

function fetchOnce(url: string): Promise<IncomingMessage> {
  const { protocol, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = (protocol === "https:" ? httpsGet : httpGet)(url, resolve);
    request.on("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "ENOTFOUND" ? `dial tcp: lookup ${hostname}: no such host` : error.message;
      reject(new KubectlError(`Get ${JSON.stringify(url)}: ${why}`));
    });
  });
}

function listen(place: Place, accept: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    accept(socket);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    if ("path" in place && statSync(place.path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(place.path);
    server.listen("path" in place ? place : { port: place.port, host: place.address }, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound ? bound.port : 0,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

const terminal: Terminal = {
  makeRaw() {
    process.stdin.setRawMode(true);
    return () => process.stdin.setRawMode(false);
  },
  get size(): TerminalSize {
    return { width: process.stdout.columns, height: process.stdout.rows };
  },
  async *sizes(signal) {
    while (!signal.aborted) {
      yield terminal.size;
      await resized(signal);
    }
  },
};

function resized(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.once("resize", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
