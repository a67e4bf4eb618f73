import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ComparedScript } from "./compared-script.ts";

/** What a script printed to stdout, and how it ended: 128 + n after signal n. */
export interface Outcome {
  readonly stdout: string;
  readonly exitCode: number;
}

/** Runs each script in a directory of its own; one process starts them all, which is what makes it quick. */
const driver = `for script in *.sh; do
  name=\${script%.sh}
  (cd "$name" && exec "$1" -c "$(cat "../$script")") >"$name.out" 2>/dev/null </dev/null
  echo $? >"$name.code"
done 2>/dev/null`;

/** Why the scripts cannot be compared with a shell of this machine; undefined when they can. */
export function whyNoShell(name: string): string | undefined {
  try {
    execFileSync(name, ["-c", "exit 0"]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a shell of this machine makes of the scripts. */
export function outcomesIn(shell: string, scripts: readonly ComparedScript[]): ReadonlyMap<string, Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "picokube-shell-"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/root", LC_ALL: "C" };
  try {
    for (const [index, { script }] of scripts.entries()) {
      mkdirSync(join(directory, String(index)));
      writeFileSync(join(directory, `${index}.sh`), script);
    }
    execFileSync(shell, ["-c", driver, shell, shell], { cwd: directory, env });
    return new Map(scripts.map(({ script }, index) => [script, outcomeIn(directory, index)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function outcomeIn(directory: string, index: number): Outcome {
  const read = (kind: string): string => readFileSync(join(directory, `${index}.${kind}`), "utf8");
  return { stdout: read("out"), exitCode: Number(read("code")) };
}
