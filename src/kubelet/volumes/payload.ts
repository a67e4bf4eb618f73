import type { FileTree } from "../../runtime/files/file-tree.ts";
import type { Random } from "../../sim/random.ts";

export interface PayloadFile {
  readonly content: Uint8Array;
  readonly mode: number;
  /** Whose it is: root's unless given. */
  readonly uid?: number;
}

/** By path, relative to the volume's root. */
export type Payload = ReadonlyMap<string, PayloadFile>;

const dataLink = "/..data";

/**
 * Puts a set of files in place of the last one, all at once: they lie in a directory of their own that the link
 * `..data` names. Nothing happens, and false is returned, when they are the same.
 * https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
 */
export function writePayload(tree: FileTree, payload: Payload, random: Random): boolean {
  const { files } = tree;
  const before = files.exists(dataLink) ? `/${files.readLink(dataLink)}` : undefined;
  if (before !== undefined && holds(tree, before, payload)) return false;
  const directory = directoryName(tree.clock.now(), random);
  files.makeDirectory(`/${directory}`, { mode: 0o755 });
  for (const [path, { content, mode, uid = 0 }] of payload) {
    const full = `/${directory}/${path}`;
    const parent = full.slice(0, full.lastIndexOf("/"));
    if (path.includes("/")) files.makeDirectory(parent, { recursive: true, mode: 0o755 });
    files.write(full, content, mode);
    if (mode !== 0o644) files.chmod(full, mode);
    if (uid !== 0) files.chown(full, uid, 0);
  }
  replaceLink(tree, directory);
  linkNames(tree, payload);
  if (before !== undefined) files.remove(before, { recursive: true });
  return true;
}

function replaceLink({ files }: FileTree, directory: string): void {
  files.symlink(directory, `${dataLink}_tmp`);
  files.rename(`${dataLink}_tmp`, dataLink);
}

/** What users see: a link for each file or directory at the top. */
function linkNames({ files }: FileTree, payload: Payload): void {
  const wanted = new Set([...payload.keys()].map((path) => path.split("/", 1)[0] ?? path));
  for (const name of files.list("/")) {
    if (!name.startsWith("..") && !wanted.has(name)) files.remove(`/${name}`, { recursive: true });
  }
  for (const name of wanted) if (!files.exists(`/${name}`)) files.symlink(`..data/${name}`, `/${name}`);
}

/** `..2025_01_01_00_00_00.123456789`. */
function directoryName(now: number, random: Random): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-T:]/gu, "_");
  return `..${time}.${random.integer(2 ** 32)}`;
}

/** The number of files is compared as well: a removed key is a change. */
function holds({ files }: FileTree, directory: string, payload: Payload): boolean {
  let kept = 0;
  for (const [path, { content, mode }] of payload) {
    const full = `${directory}/${path}`;
    if (!files.exists(full) || files.stat(full).mode % 0o10000 !== mode) return false;
    if (Buffer.compare(files.read(full), content) !== 0) return false;
    kept++;
  }
  return kept === countFiles(files, directory);
}

function countFiles(files: FileTree["files"], directory: string): number {
  return files.list(directory).reduce((sum, name) => {
    const path = `${directory}/${name}`;
    return sum + (files.stat(path).kind === "directory" ? countFiles(files, path) : 1);
  }, 0);
}
