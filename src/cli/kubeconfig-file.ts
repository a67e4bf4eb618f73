import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { dump, load } from "js-yaml";

import type { ClusterServer } from "../index.ts";

type Kubeconfig = ClusterServer["kubeconfig"];
type Named = { readonly name: string };

/** A kubeconfig on disk, with all that we do not know of in it. */
interface Document {
  [field: string]: unknown;
  clusters?: (Named & { readonly cluster?: { readonly server?: string } })[] | null;
  users?: Named[] | null;
  contexts?: Named[] | null;
  "current-context"?: string;
}

const lists = ["clusters", "users", "contexts"] as const;
const connectTimeoutMs = 300;

/** The file kubectl itself would write: the first of $KUBECONFIG, or `~/.kube/config`. */
export function kubeconfigPath(): string {
  const first = (process.env["KUBECONFIG"] ?? "").split(delimiter).find((path) => path !== "");
  return first ?? join(homedir(), ".kube", "config");
}

/** `picokube`, or `picokube-2` and so on while another running cluster has that name. */
export async function chooseName(file: string): Promise<string> {
  const clusters = read(file).clusters ?? [];
  for (let number = 1; ; number++) {
    const name = number === 1 ? "picokube" : `picokube-${number}`;
    const server = clusters.find((one) => one.name === name)?.cluster?.server;
    if (server === undefined || !(await answers(server))) return name;
  }
}

/** Writes a file of its own, readable by its owner only. The returned function leaves it there. */
export function writeKubeconfig(kubeconfig: Kubeconfig, file: string): () => void {
  write(file, kubeconfig as unknown as Document);
  return () => {};
}

/** Adds our entries to a kubeconfig and makes our context current. The returned function takes them out again. */
export function mergeKubeconfig(kubeconfig: Kubeconfig, file: string): () => void {
  const isNew = !existsSync(file);
  const before = read(file);
  const name = kubeconfig["current-context"];
  const earlier = before["current-context"];
  const merged: Document = { apiVersion: "v1", kind: "Config", ...before, "current-context": name };
  for (const list of lists) merged[list] = [...without(before[list], name), ...kubeconfig[list]];
  write(file, merged);
  return () => {
    if (!existsSync(file)) return;
    const now = read(file);
    for (const list of lists) now[list] = without(now[list], name);
    if (now["current-context"] === name) now["current-context"] = earlier === name ? "" : (earlier ?? "");
    if (isNew && lists.every((list) => now[list]?.length === 0)) rmSync(file);
    else write(file, now);
  };
}

function without<T extends Named>(entries: readonly T[] | null | undefined, name: string): T[] {
  return (entries ?? []).filter((one) => one.name !== name);
}

function read(file: string): Document {
  if (!existsSync(file)) return {};
  return (load(readFileSync(file, "utf8")) ?? {}) as Document;
}

/** Whole or not at all: a reader never sees half a file. */
function write(file: string, document: Document): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.tmp`;
  writeFileSync(half, dump(document, { lineWidth: -1 }), { mode: 0o600 });
  chmodSync(half, 0o600);
  renameSync(half, file);
}

/** Whether somebody listens there. */
function answers(server: string): Promise<boolean> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 443), timeout: connectTimeoutMs });
    const end = (result: boolean) => (): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false));
  });
}
