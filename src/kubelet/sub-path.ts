import type { FileTree } from "../runtime/files/file-tree.ts";
import type { FileSystem } from "../runtime/filesystem.ts";
import { SystemError } from "../runtime/process.ts";
import { EnvironmentError } from "./environment.ts";

/** Where a volume's files are. */
interface Place {
  readonly tree: FileTree;
  /** The tree is the volume's own without it, the node's with it. */
  readonly path?: string;
}

/**
 * A sub-path is one file or directory for good: links are followed now. What is not there becomes a directory that may
 * be used as the volume's root may. Throws EnvironmentError, which tells nothing of the node's files.
 */
export function subPathPlace(
  { tree, path: rootPath = "/" }: Place,
  subPath: string,
  where: { readonly name: string; readonly container: string },
): string {
  const { files } = tree;
  const mount = `for volumeMount ${JSON.stringify(where.name)} of container ${JSON.stringify(where.container)}`;
  const refused = new EnvironmentError(`failed to prepare subPath ${mount}`);
  const path = files.realPath(rootPath);
  const place = `${path === "/" ? "" : path}/${subPath}`.replace(/\/+$/u, "");
  if (path === "/" && leavesTree(files, place)) throw refused;
  try {
    if (!files.exists(place)) makeLike(files, path, place);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new EnvironmentError(`failed to create subPath directory ${mount}`);
  }
  const real = files.realPath(place);
  if (path === "/" || real === path || real.startsWith(`${path}/`)) return real;
  throw refused;
}

const mostLinks = 40;

/** Whether links on the way lead out of a volume: on the node its root is no `/`. */
function leavesTree(files: FileSystem, place: string): boolean {
  const names = place.split("/");
  const passed: string[] = [];
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (passed.pop() === undefined) return true;
      continue;
    }
    const target = linkAt(files, `/${[...passed, name].join("/")}`);
    if (target === undefined) passed.push(name);
    else if (target.startsWith("/") || ++links > mostLinks) return true;
    else names.unshift(...target.split("/"));
  }
  return false;
}

function linkAt(files: FileSystem, path: string): string | undefined {
  try {
    return files.readLink(path);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

function makeLike(files: FileSystem, root: string, place: string): void {
  const { mode } = files.stat(root);
  const names = place.slice(root.length).split("/").filter(Boolean);
  let path = root === "/" ? "" : root;
  for (const name of names) {
    path = `${path}/${name}`;
    if (files.exists(path)) continue;
    files.makeDirectory(path);
    files.chmod(path, mode);
  }
}
