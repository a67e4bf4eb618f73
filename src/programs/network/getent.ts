import ipaddr from "ipaddr.js";

import { parseHosts } from "../../network/resolver-files.ts";
import type { Process } from "../../runtime/process.ts";
import { applet, type Call, UsageError } from "../applet.ts";
import { addressOf } from "./address.ts";

const notFound = 2;
const unknownDatabase = 1;

/** Asks as programs do: /etc/hosts, DNS, /etc/passwd. */
export const getent = applet({
  names: ["getent"],
  bases: ["alpine", "debian"],
  directory: "/usr/bin",
  usage: "[OPTION...] database [key ...]",
  help: "Get entries from administrative database.\n\nDatabases: ahosts ahostsv4 group hosts passwd services",
  options: "is:",
  async run(call) {
    const [database, ...keys] = call.operands;
    switch (database) {
      case undefined:
        throw new UsageError("wrong number of arguments");
      case "hosts":
        return keys.length === 0 ? allHosts(call) : each(call, keys, hostLine);
      case "ahosts":
      case "ahostsv4":
        return each(call, keys, addressLines);
      case "passwd":
      case "group":
        return entries(call, `/etc/${database}`, keys);
      case "services":
        return entries(call, "/etc/services", keys);
      default:
        await call.process.warn(
          `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
        );
        return unknownDatabase;
    }
  },
});

function hostsText({ files }: Process): string {
  return files.exists("/etc/hosts") ? files.readText("/etc/hosts") : "";
}

async function allHosts({ process, out }: Call): Promise<number> {
  for (const [name, addresses] of parseHosts(hostsText(process))) {
    for (const address of addresses) await out.print(`${address.padEnd(15)} ${name}\n`);
  }
  return 0;
}

async function each(
  { process, out }: Call,
  keys: readonly string[],
  lineOf: (process: Process, key: string) => Promise<string | undefined>,
): Promise<number> {
  let exitCode = 0;
  for (const key of keys) {
    const line = await lineOf(process, key);
    if (line === undefined) exitCode = notFound;
    else await out.print(line);
  }
  return exitCode;
}

async function hostLine(process: Process, key: string): Promise<string | undefined> {
  if (!ipaddr.isValid(key)) {
    const address = await addressOf(process, key);
    return address === undefined ? undefined : `${address.padEnd(15)} ${key}\n`;
  }
  const named = [...parseHosts(hostsText(process))].find(([, addresses]) => addresses.includes(key));
  return named === undefined ? undefined : `${key.padEnd(15)} ${named[0]}\n`;
}

async function addressLines(process: Process, key: string): Promise<string | undefined> {
  const address = await addressOf(process, key);
  if (address === undefined) return undefined;
  const padded = address.padEnd(15);
  return `${padded} STREAM ${key}\n${padded} DGRAM  \n${padded} RAW    \n`;
}

/** Lines of a file of colons, by name or number. */
async function entries({ process, out }: Call, path: string, keys: readonly string[]): Promise<number> {
  const lines = process.files.exists(path)
    ? process.files
        .readText(path)
        .split("\n")
        .filter((line) => line !== "")
    : [];
  if (keys.length === 0) {
    for (const line of lines) await out.print(`${line}\n`);
    return 0;
  }
  let exitCode = 0;
  for (const key of keys) {
    const line = lines.find((one) => one.split(/[:\s]+/u)[0] === key || one.split(":")[2] === key);
    if (line === undefined) exitCode = notFound;
    else await out.print(`${line}\n`);
  }
  return exitCode;
}
