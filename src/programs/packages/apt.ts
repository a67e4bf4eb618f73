import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { applet, type Call } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { toolsOfPackage, versionOf } from "./catalogue.ts";
import { installedToolRun, installTools } from "./installed-tool.ts";

const interpreter = "/usr/bin/apt-get";
const database = "/var/lib/dpkg/status";

/** Installs those packages whose tools exist here; there are no others. */
export function aptWith(tools: () => readonly Tool[]): Tool {
  const manager = applet({
    names: ["apt-get", "apt"],
    usage: "[options] command",
    help: "Package manager (simulated): update, upgrade, install, remove, list, clean.\nOnly tools that this cluster simulates can be installed.",
    options: {
      short: "yqo:fds",
      long: {
        yes: "y",
        "assume-yes": "y",
        quiet: "q",
        "no-install-recommends": "no-install-recommends",
        "allow-unauthenticated": "allow-unauthenticated",
        "fix-missing": "fix-missing",
        installed: "installed",
      },
    },
    usageExitCode: 100,
    bases: ["debian"],
    directory: "/usr/bin",
    run: (call) => runCommand(call, tools()),
  });
  return { ...manager, run: (process) => installedToolRun(process, tools()) ?? manager.run(process) };
}

async function runCommand(call: Call, tools: readonly Tool[]): Promise<number> {
  const [command, ...names] = call.operands;
  const { out } = call;
  switch (command) {
    case "update":
      await lock(call.process, "/var/lib/apt/lists");
      await out.print(
        "Hit:1 http://deb.debian.org/debian bookworm InRelease\nHit:2 http://deb.debian.org/debian bookworm-updates InRelease\nReading package lists... Done\n",
      );
      return 0;
    case "install":
      return install(call, names, tools);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
      await out.print(`${reading}Calculating upgrade... Done\n${counts(0, 0)}`);
      return 0;
    case "remove":
    case "purge":
    case "autoremove":
      return remove(call, names, tools);
    case "clean":
    case "autoclean":
      return 0;
    case "list":
      for (const name of installed(call.process))
        await out.print(`${name}/stable,now ${versionOf(name)}-1 amd64 [installed]\n`);
      return 0;
    case undefined:
      await out.print("apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n");
      return 1;
    default:
      await call.process.warn(`E: Invalid operation ${command}\n`);
      return 100;
  }
}

const reading = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n";

function counts(added: number, removed: number): string {
  return `0 upgraded, ${added} newly installed, ${removed} to remove and 0 not upgraded.\n`;
}

async function install(call: Call, wanted: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { process, out } = call;
  const names = wanted.map((name) => name.replace(/[=/:].*$/u, ""));
  await lock(process, "/var/lib/dpkg");
  await out.print(reading);
  const missing = names.filter((name) => toolsOfPackage(name, tools) === undefined);
  if (missing.length > 0) {
    await out.flush();
    await process.warn(missing.map((name) => `E: Unable to locate package ${name}\n`).join(""));
    return 100;
  }
  const known = installed(process);
  const fresh = names.filter((name) => !known.includes(name));
  for (const name of names) {
    if (known.includes(name)) await out.print(`${name} is already the newest version (${versionOf(name)}-1).\n`);
  }
  if (fresh.length > 0) await out.print(`The following NEW packages will be installed:\n  ${fresh.join(" ")}\n`);
  await out.print(counts(fresh.length, 0));
  for (const name of fresh) await out.print(`Selecting previously unselected package ${name}.\n`);
  for (const name of fresh) await out.print(`Unpacking ${name} (${versionOf(name)}-1) ...\n`);
  for (const name of fresh) {
    await out.print(`Setting up ${name} (${versionOf(name)}-1) ...\n`);
    installTools(process, toolsOfPackage(name, tools) ?? [], interpreter);
  }
  remember(process, [...known, ...fresh]);
  return 0;
}

async function remove(call: Call, names: readonly string[], tools: readonly Tool[]): Promise<number> {
  const { process, out } = call;
  await lock(process, "/var/lib/dpkg");
  const known = installed(process);
  const gone = names.filter((name) => known.includes(name));
  await out.print(reading);
  if (gone.length > 0) await out.print(`The following packages will be REMOVED:\n  ${gone.join(" ")}\n`);
  await out.print(counts(0, gone.length));
  for (const name of gone) {
    await out.print(`Removing ${name} (${versionOf(name)}-1) ...\n`);
    for (const tool of (toolsOfPackage(name, tools) ?? []).flatMap((one) => one.names)) {
      const path = `/usr/bin/${tool}`;
      if (process.files.exists(path) && process.files.readText(path).startsWith(`#!${interpreter}`))
        process.files.remove(path);
    }
  }
  remember(
    process,
    known.filter((name) => !gone.includes(name)),
  );
  return 0;
}

/** Only root may. */
async function lock(process: Process, directory: string): Promise<void> {
  const path = `${directory}/lock`;
  try {
    process.files.makeDirectory(directory, { recursive: true });
    process.files.write(path, "");
  } catch (error) {
    const reason = reasonOf(error);
    await process.warn(
      `E: Could not open lock file ${path} - open (13: ${reason})\nE: Unable to lock directory ${directory}/\n`,
    );
    throw new Failure("", 100);
  }
}

function installed({ files }: Process): readonly string[] {
  if (!files.exists(database)) return [];
  return files
    .readText(database)
    .split("\n")
    .flatMap((line) => (line.startsWith("Package: ") ? [line.slice(9)] : []));
}

function remember({ files }: Process, names: readonly string[]): void {
  const entries = names.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nVersion: ${versionOf(name)}-1\n\n`,
  );
  files.write(database, entries.join(""));
}
