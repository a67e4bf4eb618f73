import { signalNumbers } from "../../runtime/process.ts";
import type { Child } from "../../runtime/process.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import { Interrupted } from "../jumps.ts";
import type { Shell } from "../shell.ts";
import { breathe } from "./traps.ts";

/** A pipeline that was started: in the background, or stopped there. */
export interface Job {
  readonly number: number;
  /** Its process group, where there is job control. */
  readonly group: number | undefined;
  readonly pids: readonly number[];
  readonly text: string;
  /** Of each process, when all have ended. */
  statuses?: readonly number[];
  /** Resolves with the status of the whole. */
  readonly ended: Promise<number>;
  state: "running" | "stopped" | "done";
  status: number;
  /** It changed and the user has not been told. */
  isNews: boolean;
  whenStopped(): Promise<void>;
}

/** What makes a job. */
export interface JobStart {
  readonly children: readonly Child[];
  readonly text: string;
  readonly group: number | undefined;
}

/** How many ended jobs a script may still `wait` for, and how many pids it may again. */
const rememberedJobs = 64;

/** Puts what was started into the table of jobs. */
export function addJob(shell: Shell, { children, text, group }: JobStart): Job {
  if (!shell.options.interactive && shell.jobs.length >= rememberedJobs) forgetOldest(shell);
  const job: Job = {
    number: Math.max(0, ...shell.jobs.map((other) => other.number)) + 1,
    group,
    pids: children.map(({ pid }) => pid),
    text,
    ended: statusesOf(children).then((statuses) => {
      job.statuses = statuses;
      return statusOfAll(shell, statuses);
    }),
    state: "running",
    status: 0,
    isNews: false,
    whenStopped: () => Promise.race(children.map((child) => child.whenStopped())),
  };
  shell.jobs.push(job);
  void watchEnd(job);
  return job;
}

/**
 * Waits for a job in the foreground; with job control it has the terminal meanwhile, and may be stopped.
 * A stopped job stays in the table. Throws Interrupted when Ctrl-C ended it and the shell is interactive.
 */
export async function waitInForeground(shell: Shell, job: Job): Promise<number> {
  const status = await inForeground(shell, job);
  if (status === undefined) {
    job.state = "stopped";
    job.status = 128 + signalNumbers.SIGTSTP;
    await shell.warn(`\n${describeJob(shell, job)}\n`);
    return job.status;
  }
  shell.jobs = shell.jobs.filter((other) => other !== job);
  if (shell.options.interactive && status === 128 + signalNumbers.SIGINT) throw new Interrupted();
  await tellDeath(shell, job, status);
  if (shell.pendingSignals.length > 0) await breathe(shell);
  return status;
}

/** Undefined: it was stopped. */
async function inForeground(shell: Shell, job: Job): Promise<number | undefined> {
  const { process } = shell;
  const { terminal } = process;
  if (!terminal || job.group === undefined) return process.waitFor(job.ended);
  const own = groupOf(shell);
  terminal.foregroundGroup = job.group;
  let status: number | undefined;
  try {
    status = await process.waitFor(Promise.race([job.ended, job.whenStopped().then(() => undefined)]));
    return status;
  } finally {
    terminal.foregroundGroup = own;
    if (status === undefined || status > 128) makeSane(terminal);
  }
}

/** A program that was stopped or killed could not leave the terminal as it found it. */
function makeSane(terminal: Terminal): void {
  terminal.mode = "cooked";
  terminal.echo = true;
}

/** The shell's own process group. */
function groupOf(shell: Shell): number {
  return shell.process.container.processes.get(shell.process.pid)?.group ?? shell.process.pid;
}

/** A line of `jobs`. */
export function describeJob(shell: Shell, job: Job, options: { readonly pids?: boolean } = {}): string {
  const [current, previous] = currentJobs(shell);
  const mark = job === current ? "+" : job === previous ? "-" : " ";
  const pid = options.pids ? `${job.pids.at(-1)} ` : "";
  if (shell.dialect.bash) {
    const text = job.state === "running" ? `${job.text} &` : job.text;
    return `[${job.number}]${mark}  ${pid}${stateOf(job).padEnd(22)}  ${text}`;
  }
  const head = shell.dialect.name === "dash" ? `[${job.number}] ${mark} ` : `[${job.number}]${mark}  `;
  return `${head}${pid}${stateOf(job)}`.padEnd(33) + job.text;
}

function stateOf(job: Job): string {
  if (job.state === "running") return "Running";
  if (job.state === "stopped") return "Stopped";
  if (job.status === 0) return "Done";
  if (job.status > 128) return signalText(job.status - 128) ?? `Done(${job.status})`;
  return `Done(${job.status})`;
}

/** `%+` and `%-`: the last stopped ones, then the last started ones. */
export function currentJobs(shell: Shell): readonly Job[] {
  const byAge = shell.jobs.toReversed();
  return [...byAge.filter(({ state }) => state === "stopped"), ...byAge.filter(({ state }) => state !== "stopped")];
}

/** The job that `%1`, `%%`, `%-`, `%name` or a pid means. */
export function findJob(shell: Shell, reference: string): Job | undefined {
  const [current, previous] = currentJobs(shell);
  if (!reference.startsWith("%")) return shell.jobs.find(({ pids }) => pids.includes(Number(reference)));
  const name = reference.slice(1);
  if (name === "" || name === "%" || name === "+") return current;
  if (name === "-") return previous ?? current;
  if (/^\d+$/.test(name)) return shell.jobs.find(({ number }) => number === Number(name));
  if (name.startsWith("?")) return shell.jobs.find(({ text }) => text.includes(name.slice(1)));
  return shell.jobs.find(({ text }) => text.startsWith(name));
}

/** Tells an interactive user of jobs that ended, and forgets them. */
export async function tellNews(shell: Shell): Promise<void> {
  for (const job of shell.jobs.filter(({ isNews }) => isNews)) {
    if (shell.options.interactive) await shell.warn(`${describeJob(shell, job)}\n`);
    job.isNews = false;
  }
  forgetEnded(shell);
}

function forgetOldest(shell: Shell): void {
  const oldest = shell.jobs.find(({ state }) => state === "done");
  if (oldest) forgetJob(shell, oldest);
}

/** Takes a job that has ended out of the table; its pids can still be waited for. */
export function forgetJob(shell: Shell, job: Job): void {
  shell.jobs = shell.jobs.filter((other) => other !== job);
  const { endedPids } = shell;
  for (const pid of job.pids) endedPids.set(pid, job.status);
  for (const pid of endedPids.keys()) if (endedPids.size > rememberedJobs) endedPids.delete(pid);
}

export function forgetEnded(shell: Shell): void {
  shell.jobs = shell.jobs.filter(({ state, isNews }) => state !== "done" || isNews);
}

async function watchEnd(job: Job): Promise<void> {
  job.status = await job.ended;
  job.state = "done";
  job.isNews = true;
}

function statusesOf(children: readonly Child[]): Promise<readonly number[]> {
  return Promise.all(children.map((child) => child.exit));
}

function statusOfAll(shell: Shell, statuses: readonly number[]): number {
  const { pipefail } = shell.options;
  const last = statuses.at(-1) ?? 0;
  return pipefail ? (statuses.findLast((status) => status !== 0) ?? 0) : last;
}

/** Tells of a program that a signal ended, unless that is everyday. */
export async function tellDeath(
  shell: Shell,
  { pids, text }: Pick<Job, "pids" | "text">,
  status: number,
): Promise<void> {
  const signal = status > 128 ? signalText(status - 128) : undefined;
  if (!signal || signal === "Broken pipe" || signal === "Interrupt") return;
  if (!shell.dialect.bash || shell.options.interactive) return shell.warn(`${signal}\n`);
  await shell.complain(`${String(pids.at(-1)).padStart(5)} ${signal.padEnd(23)} ${text}`, "");
}

const signalTexts: Readonly<Record<number, string>> = {
  1: "Hangup",
  2: "Interrupt",
  3: "Quit",
  6: "Aborted",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  13: "Broken pipe",
  14: "Alarm clock",
  15: "Terminated",
};

/** As strsignal(3) has it. */
function signalText(number: number): string | undefined {
  return signalTexts[number];
}
