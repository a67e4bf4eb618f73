import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

import { parseYaml, YamlError } from "../api/yaml.ts";
import type { KubeconfigDocument } from "../client/transport-target.ts";
import type { Flags } from "./flags.ts";
import { contextNamed, type Kubeconfig } from "./kubeconfig.ts";
import { KubectlError } from "./kubectl-error.ts";
import { goYaml } from "./printers/yaml.ts";

/** The files of `--kubeconfig`, else of `$KUBECONFIG`, else `~/.kube/config`, merged: of two entries the first holds. */
export function openKubeconfig(flags: Flags): Kubeconfig {
  const files = filesOf(flags);
  const document = merged(files.map((file) => absolutePaths(read(file), file)));
  const path = files.find((one) => existsSync(one)) ?? files.at(-1) ?? "";
  const context = flags.value("context") ?? document["current-context"] ?? "";
  return {
    document,
    context,
    path,
    server: serverOf(document, context),
    save: (change) => write(path, change(read(path))),
  };
}

function filesOf(flags: Flags): string[] {
  const own = flags.value("kubeconfig");
  if (own !== undefined) {
    if (!existsSync(own)) throw new KubectlError(`stat ${own}: no such file or directory`);
    return [own];
  }
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

function read(file: string): KubeconfigDocument {
  if (!existsSync(file)) return {};
  try {
    return parseYaml(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KubectlError(`error loading config file "${file}": ${error.problem}`);
  }
}

/** File names in a kubeconfig are relative to it. */
function absolutePaths(document: KubeconfigDocument, file: string): KubeconfigDocument {
  const fix = <T extends Readonly<Record<string, unknown>>>(entry: T): T => {
    const paths = ["certificate-authority", "client-certificate", "client-key", "tokenFile"].flatMap((field) => {
      const value = entry[field];
      return typeof value === "string" && value !== "" ? [[field, resolve(dirname(file), value)] as const] : [];
    });
    return { ...entry, ...Object.fromEntries(paths) };
  };
  return {
    ...document,
    ...(document.clusters ? { clusters: document.clusters.map((one) => ({ ...one, cluster: fix(one.cluster) })) } : {}),
    ...(document.users ? { users: document.users.map((one) => ({ ...one, user: fix(one.user) })) } : {}),
  };
}

function merged(documents: readonly KubeconfigDocument[]): KubeconfigDocument {
  const current = documents.map((one) => one["current-context"]).find((name) => name !== undefined && name !== "");
  return {
    clusters: firstOfName(documents.flatMap(({ clusters }) => clusters ?? [])),
    users: firstOfName(documents.flatMap(({ users }) => users ?? [])),
    contexts: firstOfName(documents.flatMap(({ contexts }) => contexts ?? [])),
    ...(current === undefined ? {} : { "current-context": current }),
  };
}

function firstOfName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter((entry, index) => entries.findIndex(({ name }) => name === entry.name) === index);
}

function serverOf(document: KubeconfigDocument, context: string): string {
  const name = contextNamed(document, context)?.["cluster"];
  const server = document.clusters?.find((one) => one.name === name)?.cluster["server"];
  return typeof server === "string" ? server : "";
}

/** Whole or not at all: a reader never sees half a file. */
function write(file: string, document: KubeconfigDocument): void {
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.tmp`;
  writeFileSync(half, goYaml({ apiVersion: "v1", kind: "Config", preferences: {}, ...document }), { mode: 0o600 });
  renameSync(half, file);
}
