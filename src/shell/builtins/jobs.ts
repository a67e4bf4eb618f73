import { signalNumbers } from "../../runtime/process.ts";
import type { Signal } from "../../runtime/process.ts";
import { Interrupted, ShellError } from "../jumps.ts";
import { currentJobs, describeJob, findJob, forgetEnded, forgetJob, tellDeath, waitInForeground } from "../run/jobs.ts";
import type { Job } from "../run/jobs.ts";
import { breathe, untilSignal } from "../run/traps.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";
import { parseOptions } from "./parse-options.ts";

export const jobs: Builtin = {
  names: ["jobs"],
  async run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, "lprsn");
    const chosen = operands.length > 0 ? operands.map((reference) => jobOf(shell, reference)) : shell.jobs;
    for (const job of chosen) {
      const isWanted = (!options.has("r") || job.state === "running") && (!options.has("s") || job.state === "stopped");
      if (!isWanted) continue;
      await shell.print(
        options.has("p") ? `${job.pids[0]}\n` : `${describeJob(shell, job, { pids: options.has("l") })}\n`,
      );
      if (job.state === "done") job.isNews = false;
    }
    forgetEnded(shell);
    return 0;
  },
};

export const foreground: Builtin = {
  names: ["fg"],
  async run(shell, [, reference = "%+"]) {
    const job = controlled(shell, reference);
    await shell.print(`${job.text}\n`);
    resume(shell, job);
    return waitInForeground(shell, job);
  },
};

export const background: Builtin = {
  names: ["bg"],
  async run(shell, [, ...references]) {
    for (const reference of references.length > 0 ? references : ["%+"]) {
      const job = controlled(shell, reference);
      const mark = shell.dialect.bash ? `+ ${job.text} &` : ` ${job.text}`;
      await shell.print(`[${job.number}]${mark}\n`);
      resume(shell, job);
    }
    return 0;
  },
};

function controlled(shell: Shell, reference: string): Job {
  if (!shell.options.monitor) throw new ShellError(shell.dialect.bash ? "no job control" : "No job control", 1, false);
  return jobOf(shell, reference.startsWith("%") ? reference : `%${reference}`);
}

function resume(shell: Shell, job: Job): void {
  job.state = "running";
  job.isNews = false;
  signalJob(shell, job, "SIGCONT");
}

/** All of a job's processes. False: they are gone. */
export function signalJob(shell: Shell, job: Job, signal: Signal): boolean {
  if (job.group !== undefined) return shell.process.kill(-job.group, signal);
  return job.pids.map((pid) => shell.process.kill(pid, signal)).some(Boolean);
}

export function jobOf(shell: Shell, reference: string): Job {
  const job = findJob(shell, reference);
  if (job) return job;
  throw new ShellError(noSuchJob(shell, reference), shell.dialect.bash ? 1 : 2, false);
}

function noSuchJob(shell: Shell, reference: string): string {
  if (shell.dialect.bash) return `${reference.replace(/^%[+%]?$/, "current")}: no such job`;
  return currentJobs(shell).length === 0 && /^%[+%]?$/.test(reference) ? "No current job" : `${reference}: no such job`;
}

/** Waits for jobs; a signal with a trap ends the wait with 128 + its number. */
export const wait: Builtin = {
  names: ["wait"],
  async run(shell, argv) {
    const { options, operands } = parseOptions(shell, argv, shell.dialect.name === "dash" ? "" : "n");
    try {
      if (options.has("n")) return await waitForAny(shell);
      if (operands.length === 0) return await waitForAll(shell);
      let status = 0;
      for (const operand of operands) status = await waitForOne(shell, operand);
      return status;
    } catch (error) {
      if (!(error instanceof WaitInterrupted)) throw error;
      const [signal] = shell.pendingSignals;
      await breathe(shell);
      return 128 + (signal ? signalNumbers[signal] : 0);
    }
  },
};

class WaitInterrupted extends Error {}

function interruption(shell: Shell): () => Error {
  return () => (shell.interrupted ? new Interrupted() : new WaitInterrupted());
}

async function waitForAll(shell: Shell): Promise<number> {
  for (let job = firstRunning(shell); job; job = firstRunning(shell))
    await untilSignal(shell, job.ended, interruption(shell));
  if (!shell.options.interactive) for (const job of shell.jobs) forgetJob(shell, job);
  return 0;
}

function firstRunning(shell: Shell): Job | undefined {
  return shell.jobs.find(({ state }) => state === "running");
}

async function waitForAny(shell: Shell): Promise<number> {
  const job = shell.jobs.find(({ state }) => state === "done");
  if (job) return forget(shell, job);
  const running = shell.jobs.filter(({ state }) => state === "running");
  if (running.length === 0) return 127;
  const first = Promise.race(running.map((one) => one.ended.then(() => one)));
  return forget(shell, await untilSignal(shell, first, interruption(shell)));
}

function forget(shell: Shell, job: Job): number {
  forgetJob(shell, job);
  return job.status;
}

async function waitForOne(shell: Shell, operand: string): Promise<number> {
  const job = findJob(shell, operand);
  if (!job) return shell.endedPids.get(Number(operand)) ?? notWaitedFor(shell, operand);
  const status = await untilSignal(shell, job.ended, interruption(shell));
  job.isNews = false;
  forgetJob(shell, job);
  if (!shell.dialect.bash || status !== 128 + signalNumbers.SIGTERM) await tellDeath(shell, job, status);
  return status;
}

async function notWaitedFor(shell: Shell, operand: string): Promise<number> {
  const { bash, name } = shell.dialect;
  if (operand.startsWith("%")) {
    await shell.complain(name === "dash" ? `No such job: ${operand}` : `${operand}: no such job`);
    return bash ? 127 : 2;
  }
  if (!/^\d+$/.test(operand)) {
    await shell.complain(bash ? `\`${operand}': not a pid or valid job spec` : `Illegal number: ${operand}`);
    return bash ? 1 : 2;
  }
  if (bash) await shell.complain(`pid ${operand} is not a child of this shell`);
  return 127;
}

export const disown: Builtin = {
  names: ["disown"],
  dialects: ["bash"],
  run(shell, [, ...references]) {
    const chosen = references
      .filter((reference) => !reference.startsWith("-"))
      .map((reference) => jobOf(shell, reference));
    const gone = references.includes("-a") ? shell.jobs : chosen.length > 0 ? chosen : [jobOf(shell, "%+")];
    shell.jobs = shell.jobs.filter((job) => !gone.includes(job));
    return 0;
  },
};
