import { capabilityLines } from "../kernel/capabilities.ts";
import { type Descriptor, SystemError } from "../process.ts";
import type { Device } from "./inode.ts";
import type { MadeUp, Make } from "./made-up.ts";
import { mountLine } from "./mount-table.ts";
import type { ProcProcess, ProcSource } from "./proc.ts";

/** /proc/PID. */
export function processFiles(process: ProcProcess, source: ProcSource, make: MadeUp): Make {
  return make.directory({
    attr: make.directory({ current: make.file(() => appArmorLabel(source)) }),
    cgroup: make.file(() => "0::/\n"),
    cmdline: make.file(() => commandLine(process)),
    comm: make.file(() => `${nameOf(process)}\n`),
    cwd: make.link(() => process.cwd),
    environ: make.file(() => [...process.env].map(([name, value]) => `${name}=${value}\0`).join("")),
    exe: make.link(() => process.argv[0]),
    fd: descriptors(process, make),
    gid_map: make.file(() => sameIds),
    limits: make.file(() => limits()),
    mounts: make.file(() => process.mounts.list.map(mountLine).join("")),
    net: network(make),
    root: root(process, make),
    stat: make.file(() => stat(process, source)),
    status: make.file(() => status(process, source)),
    uid_map: make.file(() => sameIds),
  });
}

/** No user namespace: every id is itself. */
const sameIds = "         0          0 4294967295\n";

/** As containerd names its profile. */
function appArmorLabel({ confinement }: ProcSource): string {
  return confinement.appArmor ? "cri-containerd.apparmor.d (enforce)\n" : "unconfined\n";
}

function commandLine({ argv, title }: ProcProcess): string {
  return (title === undefined ? argv : [title]).map((argument) => `${argument}\0`).join("");
}

function nameOf({ argv }: ProcProcess): string {
  return (argv[0] ?? "").replace(/^.*\//u, "").slice(0, 15);
}

function descriptors(process: ProcProcess, make: MadeUp): Make {
  return make.changing(
    () => [...process.descriptors.keys()].map(String),
    (name) => {
      const descriptor = process.descriptors.get(Number(name));
      return descriptor && make.magicLink(describe(descriptor, name), reopen(process, descriptor));
    },
  );
}

function describe({ kind }: Descriptor, name: string): string {
  if (kind === "null") return "/dev/null";
  if (kind === "terminal") return "/dev/pts/0";
  return `${kind}:[${4026 + Number(name)}]`;
}

/** As containerd sets them. */
function limits(): string {
  const row = (name: string, soft: string, hard: string, unit: string): string =>
    `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit.padEnd(10)}\n`;
  const none = "unlimited";
  return [
    row("Limit", "Soft Limit", "Hard Limit", "Units"),
    row("Max cpu time", none, none, "seconds"),
    row("Max file size", none, none, "bytes"),
    row("Max data size", none, none, "bytes"),
    row("Max stack size", "8388608", none, "bytes"),
    row("Max core file size", none, none, "bytes"),
    row("Max resident set", none, none, "bytes"),
    row("Max processes", none, none, "processes"),
    row("Max open files", "1048576", "1048576", "files"),
    row("Max locked memory", "8388608", "8388608", "bytes"),
    row("Max address space", none, none, "bytes"),
    row("Max file locks", none, none, "locks"),
  ].join("");
}

/** Opening /proc/1/fd/1 gives what PID 1 writes to. */
function reopen(process: ProcProcess, descriptor: Descriptor): Device["open"] {
  return (_mode, { user }) => {
    if (user.uid !== 0 && user.uid !== process.user.uid) throw new SystemError("EACCES");
    return descriptor.retain();
  };
}

/** Leads into another container's files where pids are shared. */
function root({ mounts, user: owner }: ProcProcess, make: MadeUp): Make {
  return make.rootLink(({ user }) => {
    if (user.uid !== 0 && user.uid !== owner.uid) throw new SystemError("EACCES");
    return mounts;
  });
}

function stateOf(process: ProcProcess): "Z" | "T" | "S" {
  if (process.exitCode !== undefined) return "Z";
  return process.isStopped ? "T" : "S";
}

function stat(process: ProcProcess, { startedAt }: ProcSource): string {
  const { pid, parentPid, group, session } = process;
  const startTicks = Math.floor((process.startedAt - startedAt) / 10);
  const ticks = (ns: number): number => Math.floor(ns / 1e7);
  const { usedNs, childrenNs } = process.cpu;
  const counters = `-1 4194560 0 0 0 0 ${ticks(usedNs)} 0 ${ticks(childrenNs)} 0 20 0 1 0`;
  return `${pid} (${nameOf(process)}) ${stateOf(process)} ${parentPid} ${group} ${session} 0 ${counters} ${startTicks} 0 0\n`;
}

const stateNames = { S: "sleeping", T: "stopped", Z: "zombie" } as const;

function status(process: ProcProcess, { confinement }: ProcSource): string {
  const { uid, gid, groups } = process.user;
  const state = stateOf(process);
  const lines = {
    Name: nameOf(process),
    Umask: process.umask.toString(8).padStart(4, "0"),
    State: `${state} (${stateNames[state]})`,
    Tgid: process.pid,
    Pid: process.pid,
    PPid: process.parentPid,
    Uid: [uid, uid, uid, uid].join("\t"),
    Gid: [gid, gid, gid, gid].join("\t"),
    Groups: groups.join(" "),
    Threads: 1,
    ...capabilityLines(confinement.capabilities, uid),
    NoNewPrivs: confinement.noNewPrivileges ? 1 : 0,
    Seccomp: confinement.seccomp ? 2 : 0,
    Seccomp_filters: confinement.seccomp ? 1 : 0,
    Cpus_allowed_list: "0-3",
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}:\t${value}\n`)
    .join("");
}

function network(make: MadeUp): Make {
  return make.directory({
    dev: make.file(
      () => "Inter-|   Receive |  Transmit\n face |bytes packets|bytes packets\n    lo: 0 0 0 0\n  eth0: 0 0 0 0\n",
    ),
    route: make.file(
      () =>
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n" +
        "eth0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
    ),
  });
}
