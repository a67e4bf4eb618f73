import type { Clock } from "../sim/clock.ts";
import { FileTree } from "./files/file-tree.ts";
import { skeletons } from "./image-skeletons.ts";
import { type Base, type Image } from "./image.ts";
import type { Tool } from "./tool.ts";

export interface ImageParts {
  readonly image: Image;
  /** All there are. */
  readonly tools: readonly Tool[];
  readonly clock: Clock;
}

/** Where something will be mounted. */
export interface MountPath {
  readonly path: string;
  readonly isFile: boolean;
}

/** An image's files with its mount points made, to be shared by all containers that mount at the same paths. */
export interface ImageTree {
  readonly tree: FileTree;
  /** The paths asked for, in that order, with symlinks resolved. undefined: a file is to go on a directory, or the reverse. */
  readonly mountPaths: readonly (string | undefined)[];
}

interface Layers {
  readonly bases: Map<Base, FileTree>;
  readonly images: WeakMap<Image, { readonly tree: FileTree; readonly mounted: Map<string, ImageTree> }>;
}

const layersOf = new WeakMap<Clock, WeakMap<readonly Tool[], Layers>>();

/** Built once per image and set of mount points: a base, the image's own, and what the container runtime adds. */
export function imageTree(parts: ImageParts, mounts: readonly MountPath[]): ImageTree {
  const layers = layersFor(parts);
  let layer = layers.images.get(parts.image);
  if (!layer) {
    layer = { tree: buildImage(parts, baseTree(parts, layers)), mounted: new Map() };
    layers.images.set(parts.image, layer);
  }
  const key = mounts.map(({ path, isFile }) => `${path}${isFile ? "" : "/"}`).join("\n");
  const known = layer.mounted.get(key) ?? withMountPoints(layer.tree, mounts);
  layer.mounted.set(key, known);
  return known;
}

function layersFor({ clock, tools }: ImageParts): Layers {
  const byTools = layersOf.get(clock) ?? new WeakMap<readonly Tool[], Layers>();
  layersOf.set(clock, byTools);
  const layers = byTools.get(tools) ?? { bases: new Map(), images: new WeakMap() };
  byTools.set(tools, layers);
  return layers;
}

function baseTree({ image: { base }, tools, clock }: ImageParts, { bases }: Layers): FileTree {
  const known = bases.get(base);
  if (known) return known;
  const tree = new FileTree({ clock });
  const { files } = tree;
  const skeleton = skeletons[base];
  for (const [path, mode] of Object.entries(skeleton.directories)) {
    files.makeDirectory(path, { recursive: true });
    files.chmod(path, mode);
  }
  for (const [path, target] of Object.entries(skeleton.links)) files.symlink(target, path);
  for (const [path, text] of Object.entries(skeleton.files)) files.write(path, text);
  for (const tool of tools)
    if (tool.bases.includes(base)) addTool(tree, tool, base === "busybox" ? "/bin" : (tool.directory ?? "/bin"));
  bases.set(base, tree);
  return tree;
}

function addTool(tree: FileTree, { names, run }: Tool, directory: string): void {
  for (const name of names) tree.addProgram(`${directory}/${name}`, run);
}

function buildImage({ image, tools, clock }: ImageParts, lower: FileTree): FileTree {
  const tree = new FileTree({ clock, lower });
  for (const name of image.tools ?? []) {
    const tool = tools.find(({ names }) => names.includes(name));
    if (!tool) throw new Error(`image ${image.names[0] ?? ""} wants the tool ${name}, which does not exist`);
    tree.addProgram(`/usr/bin/${name}`, tool.run);
  }
  for (const [path, program] of Object.entries(image.programs ?? {})) tree.addProgram(path, program);
  for (const [path, text] of Object.entries(image.files ?? {})) addFile(tree, path, text);
  for (const path of image.directories ?? []) {
    tree.files.makeDirectory(path, { recursive: true });
    if (image.user) tree.files.chown(path, image.user.uid, image.user.gid);
  }
  for (const [path, target] of Object.entries(image.links ?? {})) {
    tree.files.makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    tree.files.symlink(target, path);
  }
  if (image.user) addUser(tree, image.user);
  if (image.workingDirectory) tree.files.makeDirectory(image.workingDirectory, { recursive: true });
  return tree;
}

/** A script can be run. */
function addFile({ files }: FileTree, path: string, text: string): void {
  files.makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
  files.write(path, text, 0o644);
  if (text.startsWith("#!")) files.chmod(path, 0o755);
}

function addUser({ files }: FileTree, { uid, gid, name, home }: NonNullable<Image["user"]>): void {
  if (uid === 0) return;
  const known = files.readText("/etc/passwd");
  if (!known.includes(`:${uid}:`)) files.append("/etc/passwd", `${name}:x:${uid}:${gid}::${home}:/bin/sh\n`);
  if (!files.readText("/etc/group").includes(`:${gid}:`)) files.append("/etc/group", `${name}:x:${gid}:\n`);
  if (files.exists(home)) return;
  files.makeDirectory(home, { recursive: true });
  files.chown(home, uid, gid);
}

/** As runc does: what is mounted on must be there, and symlinks on the way are followed. */
function withMountPoints(lower: FileTree, mounts: readonly MountPath[]): ImageTree {
  if (mounts.length === 0) return { tree: lower, mountPaths: [] };
  const tree = new FileTree({ clock: lower.clock, lower });
  return { tree, mountPaths: mounts.map((mount) => makeMountPoint(tree, mount)) };
}

function makeMountPoint({ files }: FileTree, { path, isFile }: MountPath): string | undefined {
  if (!files.exists(path)) {
    files.makeDirectory(isFile ? path.slice(0, path.lastIndexOf("/")) || "/" : path, { recursive: true });
    if (isFile) files.write(path, "");
  }
  const isThereAFile = files.stat(path).kind !== "directory";
  return isFile === isThereAFile ? files.realPath(path) : undefined;
}
