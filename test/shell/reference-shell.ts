import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

/** A shell of this machine, and the name it is to believe it has. */
export interface ReferenceShell {
  readonly program: string;
  readonly name: string;
}

/** Why the scripts cannot be compared with a shell of this machine; undefined when they can. */
export function whyNoShell(program: string): string | undefined {
  try {
    pathOf(program);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a shell of this machine makes of the scripts. */
export function outcomesIn(
  { program, name }: ReferenceShell,
  scripts: readonly ComparedScript[],
): ReadonlyMap<string, Outcome> {
  const directory = mkdtempSync(join(tmpdir(), "picokube-shell-"));
  const bin = join(directory, "bin");
  const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: "/root", LC_ALL: "C" };
  try {
    mkdirSync(bin);
    symlinkSync(pathOf(program), join(bin, name));
    for (const [index, { script }] of scripts.entries()) {
      mkdirSync(join(directory, String(index)));
      writeFileSync(join(directory, `${index}.sh`), script);
    }
    execFileSync("sh", ["-c", driver, name, name], { cwd: directory, env });
    return new Map(scripts.map(({ script }, index) => [script, outcomeIn(directory, index)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function pathOf(program: string): string {
  return execFileSync("sh", ["-c", 'command -v "$1"', "sh", program], { encoding: "utf8" }).trim();
}

function outcomeIn(directory: string, index: number): Outcome {
  const read = (kind: string): string => readFileSync(join(directory, `${index}.${kind}`), "utf8");
  return { stdout: read("out"), exitCode: Number(read("code")) };
}
