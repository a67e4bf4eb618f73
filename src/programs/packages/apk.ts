import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { applet, type Call } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { toolsOfPackage, versionOf } from "./catalogue.ts";
import { installedToolRun, installTools } from "./installed-tool.ts";

const interpreter = "/sbin/apk";
const database = "/lib/apk/db/installed";
const repositories = ["main", "community"].map((name) => `https://dl-cdn.alpinelinux.org/alpine/v3.21/${name}/x86_64`);

/** Installs those packages whose tools exist here; there are no others. */
export function apkWith(tools: () => readonly Tool[]): Tool {
  const manager = applet({
    names: ["apk"],
    usage: "[<OPTIONS>...] COMMAND [<ARGUMENTS>...]",
    help: "Package manager (simulated): add, del, update, upgrade, info, search, fix, cache.\nOnly tools that this cluster simulates can be added.",
    options: {
      short: "qUt:vefX:p:",
      long: {
        "no-cache": "no-cache",
        update: "U",
        "update-cache": "U",
        quiet: "q",
        virtual: "t",
        installed: "e",
        repository: "X",
        "no-progress": "no-progress",
        "allow-untrusted": "allow-untrusted",
        purge: "purge",
        upgrade: "u",
      },
    },
    bases: ["alpine"],
    directory: "/sbin",
    run: (call) => runCommand(call, tools()),
  });
  return { ...manager, run: (process) => installedToolRun(process, tools()) ?? manager.run(process) };
}

async function runCommand(call: Call, tools: readonly Tool[]): Promise<number> {
  const [command, ...names] = call.operands;
  switch (command) {
    case "add":
      return add(call, names, tools);
    case "del":
      return remove(call, names, tools);
    case "update":
    case "upgrade":
      await fetchIndexes(call);
      if (command === "update") await call.out.print("v3.21.0 [https://dl-cdn.alpinelinux.org/alpine/v3.21/main]\n");
      await call.out.print(command === "update" ? "OK: 25000 distinct packages available\n" : summary(call.process));
      return 0;
    case "info":
    case "list":
      return info(call, names);
    case "search":
      return search(call, names, tools);
    case "fix":
    case "cache":
    case "stats":
      await call.out.print(summary(call.process));
      return 0;
    case undefined:
      await call.out.print(
        "apk-tools 2.14.6, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n",
      );
      return 1;
    default:
      throw new Failure(`'${command}' is not an apk command. See 'apk --help'.`);
  }
}

function nameOf(wanted: string): string {
  return wanted.replace(/[<>=~@].*$/u, "");
}

async function add(call: Call, wanted: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { process, out, options } = call;
  const known = installed(process);
  const names = wanted.map(nameOf);
  await lock(call);
  if (options.last("U") !== undefined || options.has("no-cache") || known.length === 0) await fetchIndexes(call);
  const missing = names.filter((name) => toolsOfPackage(name, tools) === undefined);
  if (missing.length > 0) {
    const lines = missing.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`);
    await out.flush();
    await process.warn(`ERROR: unable to select packages:\n${lines.join("")}`);
    return missing.length;
  }
  const fresh = names.filter((name) => !known.includes(name));
  for (const [index, name] of fresh.entries()) {
    if (!options.has("q"))
      await out.print(`(${index + 1}/${fresh.length}) Installing ${name} (${versionOf(name)}-r0)\n`);
    installTools(process, toolsOfPackage(name, tools) ?? [], interpreter);
  }
  remember(process, [...known, ...fresh]);
  if (fresh.length > 0 && !options.has("q")) await out.print("Executing busybox-1.37.0-r8.trigger\n");
  if (!options.has("q")) await out.print(summary(process));
  return 0;
}

async function remove(call: Call, wanted: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { process, out } = call;
  await lock(call);
  const known = installed(process);
  const names = wanted.map(nameOf).filter((name) => known.includes(name));
  for (const [index, name] of names.entries()) {
    await out.print(`(${index + 1}/${names.length}) Purging ${name} (${versionOf(name)}-r0)\n`);
    for (const tool of (toolsOfPackage(name, tools) ?? []).flatMap((one) => one.names)) {
      const path = `/usr/bin/${tool}`;
      if (process.files.exists(path) && process.files.readText(path).startsWith(`#!${interpreter}`))
        process.files.remove(path);
    }
  }
  remember(
    process,
    known.filter((name) => !names.includes(name)),
  );
  await out.print(summary(process));
  return 0;
}

/** The database is root's. */
async function lock({ process, out }: Call): Promise<void> {
  try {
    const directory = database.slice(0, database.lastIndexOf("/"));
    process.files.makeDirectory(directory, { recursive: true });
    process.files.append(database, "");
  } catch (error) {
    const reason = reasonOf(error);
    await out.flush();
    await process.warn(`ERROR: Unable to lock database: ${reason}\nERROR: Failed to open apk database: ${reason}\n`);
    throw new Failure("", 99);
  }
}

async function fetchIndexes({ out, options }: Call): Promise<void> {
  if (options.has("q")) return;
  for (const repository of repositories) await out.print(`fetch ${repository}/APKINDEX.tar.gz\n`);
}

/** By name, beside what the image has. */
function installed({ files }: Process): readonly string[] {
  if (!files.exists(database)) return [];
  return files
    .readText(database)
    .split("\n")
    .flatMap((line) => (line.startsWith("P:") ? [line.slice(2)] : []));
}

function remember({ files }: Process, names: readonly string[]): void {
  files.write(database, names.map((name) => `P:${name}\nV:${versionOf(name)}-r0\n\n`).join(""));
}

const ofImage: readonly string[] =
  `alpine-baselayout alpine-baselayout-data alpine-keys alpine-release apk-tools busybox
  busybox-binsh ca-certificates-bundle libcrypto3 libssl3 musl musl-utils scanelf ssl_client zlib`.split(/\s+/u);

function summary(process: Process): string {
  const count = installed(process).length;
  return `OK: ${8 + 2 * count} MiB in ${ofImage.length + count} packages\n`;
}

async function info({ process, out, options }: Call, names: readonly string[]): Promise<number> {
  const known = [...ofImage, ...installed(process)].toSorted();
  const shown = names.length === 0 ? known : known.filter((name) => names.includes(name));
  for (const name of shown) await out.print(options.has("v") ? `${name}-${versionOf(name)}-r0\n` : `${name}\n`);
  return names.length > 0 && shown.length === 0 ? 1 : 0;
}

async function search({ out }: Call, names: readonly string[], tools: readonly Tool[]): Promise<number> {
  const all = [...new Set(tools.flatMap((tool) => tool.names))].toSorted();
  for (const name of all) {
    if (names.length === 0 || names.some((wanted) => name.includes(wanted)))
      await out.print(`${name}-${versionOf(name)}-r0\n`);
  }
  return 0;
}
