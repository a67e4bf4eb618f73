import type { ProcessInfo } from "../../runtime/container.ts";
import type { Process } from "../../runtime/process.ts";
import { applet, type Call } from "../applet.ts";
import { durationMs, integerOf } from "../numbers.ts";
import { openForReading } from "../open.ts";
import { loadAverage } from "../system/load.ts";
import { memoryOf } from "../system/memory.ts";
import { processorCount } from "../system/nproc.ts";
import { commandLine } from "./ps.ts";

export const top = applet({
  names: ["top"],
  usage: "[-bn COUNT] [-d SECONDS]",
  help: `
Show a view of process activity in real time.
Read the status of all processes from /proc each SECONDS and show a screenful of them.

	-b	Batch mode
	-n N	Exit after N iterations
	-d SEC	Delay between updates`,
  options: "bn:d:",
  directory: "/usr/bin",
  async run(call) {
    const { process, options, out } = call;
    const count = options.has("n") ? integerOf(options.value("n") ?? "") : Number.POSITIVE_INFINITY;
    const periodMs = durationMs(options.value("d") ?? "5");
    const interactive = !options.has("b") && process.terminal !== undefined && process.stdout.isTerminal;
    const keys = interactive ? keyboard(call) : undefined;
    const load = new Load(process);
    try {
      await process.sleep(firstLookMs);
      for (let shown = 1; ; shown++) {
        await out.print((interactive ? "\u001B[H\u001B[J" : "") + screen(call, load.measure(), interactive));
        await out.flush();
        if (shown >= count) return;
        const quits = keys === undefined ? process.sleep(periodMs).then(() => false) : keys.quitsWithin(periodMs);
        if (await quits) return;
      }
    } finally {
      keys?.close();
    }
  },
});

/** How long it looks before it tells for the first time. */
const firstLookMs = 100;

/** Percentages of all processors, since the measurement before. */
interface Measured {
  readonly total: number;
  of(info: ProcessInfo): number;
}

class Load {
  readonly #process: Process;
  #at: number;
  #used: ReadonlyMap<number, number>;

  constructor(process: Process) {
    this.#process = process;
    this.#at = process.clock.now();
    this.#used = this.#read();
  }

  measure(): Measured {
    const before = this.#used;
    const ms = this.#process.clock.now() - this.#at;
    this.#at += ms;
    this.#used = this.#read();
    const whole = ms * 1e6 * processorCount(this.#process);
    const percent = (pid: number, used: number): number =>
      whole > 0 ? (100 * Math.max(0, used - (before.get(pid) ?? 0))) / whole : 0;
    const total = [...this.#used].reduce((sum, [pid, used]) => sum + percent(pid, used), 0);
    return { total, of: ({ pid, cpuNanoseconds }) => percent(pid, cpuNanoseconds) };
  }

  #read(): ReadonlyMap<number, number> {
    return new Map([...this.#process.container.processes].map(([pid, info]) => [pid, info.cpuNanoseconds]));
  }
}

interface Keyboard {
  /** Resolves early with true for q or Ctrl-C. */
  quitsWithin(ms: number): Promise<boolean>;
  close(): void;
}

function keyboard({ process }: Call): Keyboard {
  const { terminal } = process;
  const before = terminal?.mode ?? "cooked";
  if (terminal) terminal.mode = "raw";
  const source = openForReading(process, "/dev/tty");
  let pressed = source.read(16);
  return {
    async quitsWithin(ms) {
      let cancel = () => {};
      const elapsed = new Promise<undefined>((resolve) => {
        cancel = process.clock.after(ms, () => resolve(undefined));
      });
      const key = await process.waitFor(
        Promise.race([pressed.then((bytes) => Buffer.from(bytes ?? "q").toString()), elapsed]),
        () => cancel(),
      );
      cancel();
      if (key !== undefined) pressed = source.read(16);
      return key !== undefined && ["q", "Q", "\u0003"].includes(key);
    },
    close() {
      // What is never read any more may fail.
      void Promise.allSettled([pressed]);
      source.close();
      if (terminal) terminal.mode = before;
    },
  };
}

function screen({ process }: Call, load: Measured, interactive: boolean): string {
  const { totalKiB, usedKiB, cachedKiB } = memoryOf(process);
  const infos = [...process.container.processes.values()].toSorted((a, b) => load.of(b) - load.of(a) || a.pid - b.pid);
  const titles = "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND";
  const width = process.terminal?.width ?? 80;
  const rows = infos.map((info) => {
    const isSelf = info.pid === process.pid;
    const isBusy = isSelf || load.of(info) > 0.5;
    const state = info.state === "zombie" ? "Z   " : isBusy ? "R   " : "S   ";
    const vsz = info.state === "zombie" ? "0" : "4400";
    const ids = `${String(info.pid).padStart(5)} ${String(info.parentPid).padStart(5)} ${info.user.padEnd(8)}`;
    return `${ids} ${state} ${vsz.padStart(5)}   0%   0 ${percentText(load.of(info))} ${commandLine(info)}`.slice(
      0,
      width,
    );
  });
  const height = interactive ? (process.terminal?.height ?? 24) - 5 : rows.length;
  return [
    `Mem: ${usedKiB}K used, ${totalKiB - usedKiB}K free, 0K shrd, 0K buff, ${cachedKiB}K cached`,
    `CPU: ${percentText(load.total)} usr   0% sys   0% nic ${percentText(100 - load.total)} idle   0% io   0% irq   0% sirq`,
    `Load average: ${loadAverage(process)} 1/${infos.length} ${process.pid}`,
    interactive ? `\u001B[7m${titles.padEnd(width)}\u001B[m` : titles,
    ...rows.slice(0, Math.max(1, height)),
    "",
  ].join("\n");
}

function percentText(percent: number): string {
  return `${Math.round(Math.min(100, percent))}%`.padStart(4);
}
