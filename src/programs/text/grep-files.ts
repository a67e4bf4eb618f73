import type { Call } from "../applet.ts";
import { globMatches } from "../glob.ts";

/** A file to search, and what its lines are titled with. */
export interface GrepFile {
  readonly path: string;
  readonly name: string;
}

/** The operands, with directories opened up under -r; standard input (the current directory under -r) without any. */
export function grepFiles({ process, options }: Call, paths: readonly string[]): readonly GrepFile[] {
  const recursive = options.last("rR") !== undefined;
  if (paths.length === 0) return recursive ? within(".", "") : [{ path: "-", name: "-" }];
  return paths.flatMap((path) => (recursive && isDirectory(path) ? within(path, path) : [{ path, name: path }]));

  function isDirectory(path: string): boolean {
    const absolute = process.resolve(path);
    return process.files.exists(absolute) && process.files.stat(absolute).kind === "directory";
  }

  function within(directory: string, title: string): readonly GrepFile[] {
    return process.files.list(process.resolve(directory)).flatMap((name) => {
      const path = `${directory.replace(/\/$/u, "")}/${name}`;
      const shown = title === "" ? name : `${title.replace(/\/$/u, "")}/${name}`;
      const { kind } = process.files.lstat(process.resolve(path));
      if (kind === "symlink" && !options.has("R")) return [];
      if (isDirectory(path)) return matches("exclude-dir", name) ? [] : within(path, shown);
      const wanted = (!options.has("include") || matches("include", name)) && !matches("exclude", name);
      return wanted && kind !== "device" && kind !== "disk" ? [{ path, name: shown }] : [];
    });
  }

  function matches(option: string, name: string): boolean {
    return options.values(option).some((pattern) => globMatches(pattern, name));
  }
}
