import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

import type { ComparedScript } from "./compared-script.ts";

/** What a script printed to stdout, and how it ended: 128 + n after signal n. */
export interface Outcome {
  readonly stdout: string;
  readonly exitCode: number;
}

const atOnce = 8;

/** Why the scripts cannot be compared with a shell of this machine; undefined when they can. */
export function whyNoShell(name: string): string | undefined {
  try {
    execFileSync(name, ["-c", "exit 0"]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Runs all scripts, each in a directory of its own. */
export async function outcomesIn(
  name: string,
  scripts: readonly ComparedScript[],
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const left = scripts.map(({ script }) => script);
  const work = async (): Promise<void> => {
    for (let script = left.pop(); script !== undefined; script = left.pop()) {
      outcomes.set(script, await outcomeOf(name, script));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

function outcomeOf(name: string, script: string): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), "picokube-shell-"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/root", LC_ALL: "C" };
  return new Promise((resolve) => {
    const child = execFile(name, ["-c", script], { cwd, env, timeout: 20_000 }, (error, stdout) => {
      rmSync(cwd, { recursive: true });
      resolve({ stdout, exitCode: exitCodeOf(error) });
    });
    child.stdin?.end();
  });
}

function exitCodeOf(error: Parameters<NonNullable<Parameters<typeof execFile>[3]>>[0]): number {
  if (!error) return 0;
  if (error.signal) return 128 + constants.signals[error.signal];
  return Number(error.code ?? 1);
}
