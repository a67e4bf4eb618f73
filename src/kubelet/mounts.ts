import type { Container, EphemeralContainer, VolumeDevice, VolumeMount } from "../api/types.gen.ts";
import type { Mount } from "../runtime/live-container.ts";
import { EnvironmentError, expandReferences } from "./environment.ts";
import type { PodSandbox } from "./pod-sandbox.ts";
import { subPathPlace } from "./sub-path.ts";
import type { Files } from "./volumes/volume.ts";

export interface MountsOptions {
  readonly container: Container | EphemeralContainer;
  readonly sandbox: PodSandbox;
  readonly env: ReadonlyMap<string, string>;
  /** Where in the sandbox's files the container leaves its last words. */
  readonly terminationLog: string;
}

/** What is mounted in a container: its volumes, and the files the kubelet looks after. Throws EnvironmentError. */
export function mountsOf(options: MountsOptions): readonly Mount[] {
  const { container, sandbox, terminationLog } = options;
  const { volumeMounts = [], volumeDevices = [], terminationMessagePath = "/dev/termination-log" } = container;
  const own = [
    ...volumeMounts.map((mount) => mountOf(mount, options)),
    ...volumeDevices.map((device) => deviceOf(device, options)),
  ];
  const taken = new Set(own.map(({ path }) => path));
  const tree = sandbox.files;
  const managed: readonly Mount[] = [
    { path: "/etc/hosts", tree, subPath: "hosts", readOnly: false },
    { path: "/etc/hostname", tree, subPath: "hostname", readOnly: false },
    { path: "/etc/resolv.conf", tree, subPath: "resolv.conf", readOnly: false },
    { path: terminationMessagePath, tree, subPath: terminationLog, readOnly: false },
  ];
  return [...managed.filter(({ path }) => !taken.has(path)), ...own];
}

/** The disk of a volume, as a device. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#raw-block-volume-support */
function deviceOf({ name, devicePath }: VolumeDevice, options: MountsOptions): Mount {
  const { tree, path = "/", readOnly = false } = filesOf(name, options);
  return { path: devicePath, tree, subPath: path.slice(1), readOnly };
}

function filesOf(name: string, { container, sandbox }: MountsOptions): Files {
  const files = sandbox.volume(name);
  if (files) return files;
  throw new EnvironmentError(
    `cannot find volume ${JSON.stringify(name)} to mount into container ${JSON.stringify(container.name)}`,
  );
}

function mountOf(mount: VolumeMount, options: MountsOptions): Mount {
  const { container, env } = options;
  const { name, mountPath, readOnly = false } = mount;
  const files = filesOf(name, options);
  const path = mountPath.length > 1 ? mountPath.replace(/\/+$/u, "") : mountPath;
  const subPath = subPathOf(mount, env);
  const place =
    subPath === "" ? (files.path ?? "/") : subPathPlace(files, subPath, { name, container: container.name });
  const isRoot = place === "/";
  return {
    path: path.startsWith("/") ? path : `/${path}`,
    tree: files.tree,
    ...(isRoot ? {} : { subPath: place.slice(1) }),
    readOnly: readOnly || files.readOnly === true,
  };
}

/** https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment */
function subPathOf({ subPath = "", subPathExpr }: VolumeMount, env: ReadonlyMap<string, string>): string {
  if (!subPathExpr) return subPath;
  const missing: string[] = [];
  const expanded = expandReferences(subPathExpr, (name) => {
    const value = env.get(name);
    if (value === undefined) missing.push(name);
    return value;
  });
  if (missing.length > 0) {
    throw new EnvironmentError(`missing value for ${missing.map((name) => JSON.stringify(name)).join(", ")}`);
  }
  if (expanded.startsWith("/"))
    throw new EnvironmentError(`error SubPath \`${expanded}\` must not be an absolute path`);
  if (expanded.split("/").includes(".."))
    throw new EnvironmentError(`unable to provision SubPath \`${expanded}\`: must not contain '..'`);
  return expanded;
}
