import type { Clock } from "../../sim/clock.ts";
import type { CpuQuota } from "../kernel/cpu-quota.ts";
import type { Confinement } from "../live-container.ts";
import { type Descriptor, SystemError, type User } from "../process.ts";
import type { Caller, Inode } from "./inode.ts";
import { madeUp, type Make } from "./made-up.ts";
import type { MountTable } from "./mount-table.ts";
import { processFiles } from "./proc-process.ts";
import { sysctlTree } from "./sysctls.ts";

/** What /proc and /sys tell of. */
export interface ProcSource {
  readonly clock: Clock;
  readonly startedAt: number;
  readonly hostname: string;
  readonly confinement: Confinement;
  /** What is set otherwise than usual, by dotted name. */
  readonly sysctls: ReadonlyMap<string, string>;
  readonly processes: ReadonlyMap<number, ProcProcess>;
  readonly memory: { readonly bytes: number; readonly limit: number };
  readonly processor: { readonly cpuNanoseconds: number; readonly quota: CpuQuota | undefined };
  readonly mounts: MountTable;
}

/** A process as /proc shows it. */
export interface ProcProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  readonly argv: readonly string[];
  readonly title: string | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly umask: number;
  readonly user: User;
  readonly startedAt: number;
  readonly cpu: { readonly usedNs: number; readonly childrenNs: number };
  readonly exitCode: number | undefined;
  readonly isStopped: boolean;
  readonly descriptors: ReadonlyMap<number, Descriptor>;
  /** Its container's. */
  readonly mounts: MountTable;
}

/** The node's memory, as far as a container sees it. */
const totalKiB = 8_145_304;
/** And its processors. */
const processors = [0, 1, 2, 3];
const kernelVersion = "6.8.0-45-generic";

/** /proc: https://man7.org/linux/man-pages/man5/proc.5.html */
export function procRoot(source: ProcSource): Inode {
  const make = madeUp(source.clock);
  const fixed: Readonly<Record<string, Make>> = {
    cpuinfo: make.file(() => processors.map(cpuInfo).join("\n")),
    filesystems: make.file(() => "nodev\ttmpfs\nnodev\tproc\nnodev\toverlay\n"),
    loadavg: make.file(() => loadAverage(source)),
    meminfo: make.file(() => memoryInfo(source)),
    mounts: make.link(() => "self/mounts"),
    net: make.link(() => "self/net"),
    self: make.link(({ process }) => process && String(process.pid)),
    stat: make.file(() => stat(source)),
    sys: sysctlTree(make, new Map([...source.sysctls, ["kernel.hostname", source.hostname]])),
    uptime: make.file(() => `${uptime(source)} ${uptime(source)}\n`),
    version: make.file(() => `Linux version ${kernelVersion} (picokube@sim) #45 SMP PREEMPT_DYNAMIC\n`),
  };
  const known = new Map(Object.entries(fixed));
  const root = make.changing(
    () => [...source.processes.keys()].map(String).concat([...known.keys()]),
    (name) => {
      const process = /^\d+$/u.test(name) ? source.processes.get(Number(name)) : undefined;
      return process ? processFiles(process, source, make) : known.get(name);
    },
  );
  return existing(root, kernelCaller);
}

/** /sys, with what programs ask of a control group (v2). */
export function sysRoot(source: ProcSource): Inode {
  const make = madeUp(source.clock);
  const { memory } = source;
  const group = make.directory({
    "cgroup.controllers": make.file(() => "cpuset cpu io memory hugetlb pids rdma misc\n"),
    "cpu.max": make.file(() => `${source.processor.quota?.max ?? "max 100000"}\n`),
    "cpu.stat": make.file(() => cpuStat(source)),
    "memory.current": make.file(() => `${memory.bytes}\n`),
    "memory.max": make.file(() => `${memory.limit === Infinity ? "max" : memory.limit}\n`),
    "pids.current": make.file(() => `${source.processes.size}\n`),
  });
  const root = make.directory({ fs: make.directory({ cgroup: group }) });
  return existing(root, kernelCaller);
}

const kernelCaller: Caller = { user: { uid: 0, gid: 0, groups: [] }, umask: 0 };

function existing(make: Make, caller: Caller): Inode {
  const inode = make(caller);
  if (!inode) throw new SystemError("ENOENT");
  return inode;
}

function uptime({ clock, startedAt }: ProcSource): string {
  return ((clock.now() - startedAt) / 1000).toFixed(2);
}

function cpuInfo(index: number): string {
  const lines = [`processor\t: ${index}`, "vendor_id\t: GenuineIntel", "model name\t: Simulated CPU @ 2.00GHz"];
  return `${[...lines, "cpu MHz\t\t: 2000.000", `cpu cores\t: ${processors.length}`].join("\n")}\n`;
}

function loadAverage({ processes }: ProcSource): string {
  return `0.00 0.00 0.00 1/${processes.size} ${Math.max(0, ...processes.keys())}\n`;
}

function memoryInfo({ memory }: ProcSource): string {
  const freeKiB = totalKiB - Math.ceil(memory.bytes / 1024);
  const values = { MemTotal: totalKiB, MemFree: freeKiB, MemAvailable: freeKiB, Buffers: 0, Cached: 0 };
  const all = { ...values, SwapTotal: 0, SwapFree: 0 };
  return Object.entries(all)
    .map(([name, kiB]) => `${`${name}:`.padEnd(16)}${String(kiB).padStart(8)} kB\n`)
    .join("");
}

function stat({ clock, processor, startedAt }: ProcSource): string {
  const busy = Math.floor(processor.cpuNanoseconds / 1e7);
  const all = Math.floor((clock.now() - startedAt) / 10) * processors.length;
  return `cpu  ${busy} 0 0 ${Math.max(0, all - busy)} 0 0 0 0 0 0\nbtime ${Math.floor(startedAt / 1000)}\n`;
}

function cpuStat({ processor }: ProcSource): string {
  const microseconds = Math.floor(processor.cpuNanoseconds / 1000);
  const { periods = 0, throttledPeriods = 0, throttledMs = 0 } = processor.quota ?? {};
  const throttling = {
    nr_periods: periods,
    nr_throttled: throttledPeriods,
    throttled_usec: Math.round(throttledMs * 1000),
  };
  const values = { usage_usec: microseconds, user_usec: microseconds, system_usec: 0, ...throttling };
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}\n`)
    .join("");
}
