import { execFile } from "node:child_process";
import { readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A real kubectl on this machine. */
export interface InstalledKubectl {
  readonly program: string;
  /** `v1.29.14` */
  readonly version: string;
}

/**
 * Every kubectl on PATH and in the folder where the one on PATH really is, under its own name or as `kubectl.1.NN`:
 * each minor version once, oldest first.
 */
export async function installedKubectls(): Promise<InstalledKubectl[]> {
  const found = await Promise.all(candidates().map(versionOf));
  const byMinor = new Map(found.filter((one) => one !== undefined).map((one) => [minorOf(one), one]));
  return [...byMinor.values()].toSorted((a, b) => minorOf(a) - minorOf(b));
}

function candidates(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const programs = folders.flatMap(kubectlsIn);
  return [...new Set([...programs, ...programs.flatMap((program) => kubectlsIn(dirname(realpathSync(program))))])];
}

function kubectlsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^kubectl(?:[.-]?v?1\.\d+)?(?:\.exe)?$/u.test(name))
      .map((name) => join(folder, name));
  } catch (error) {
    // PATH may name folders that there are not.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** undefined: it does not run, or is no kubectl. */
function versionOf(program: string): Promise<InstalledKubectl | undefined> {
  return new Promise((resolve) => {
    execFile(program, ["version", "--client", "-o", "json"], { timeout: 15_000 }, (error, stdout) => {
      const version = error ? undefined : /"gitVersion": "(v1\.\d+\.\d+)[^"]*"/u.exec(stdout)?.[1];
      resolve(version === undefined ? undefined : { program, version });
    });
  });
}

function minorOf({ version }: InstalledKubectl): number {
  return Number(version.split(".")[1]);
}
