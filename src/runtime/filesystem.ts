/** What a path is. Times are in ms of the cluster's clock. */
export interface FileInfo {
  /** A `device` is a character device, a `disk` a block device. */
  readonly kind: "file" | "directory" | "symlink" | "device" | "disk";
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedAt: number;
  readonly links: number;
  readonly inode: number;
  /** Which device it is, major and minor. */
  readonly device?: DeviceIdentity["numbers"];
}

/** What the kernel knows a device by. https://www.kernel.org/doc/Documentation/admin-guide/devices.txt */
export interface DeviceIdentity {
  readonly kind: "device" | "disk";
  readonly numbers: readonly [major: number, minor: number];
}

/**
 * A container's files: the image's, what was written since, and what is mounted. In memory.
 * Paths are absolute. Everything is synchronous; failures are `SystemError`s.
 */
export interface FileSystem {
  /** Follows symlinks. */
  stat(path: string): FileInfo;
  lstat(path: string): FileInfo;
  exists(path: string): boolean;
  read(path: string): Uint8Array;
  readText(path: string): string;
  /** Creates (mode 0666 less the umask unless given) or replaces the content, keeping mode and links. Takes over the bytes. */
  write(path: string, content: Uint8Array | string, mode?: number): void;
  append(path: string, content: Uint8Array | string): void;
  /** Names in order. */
  list(path: string): readonly string[];
  /** Mode 0777 less the umask unless given. `recursive` makes parents and does not mind a directory that is there. */
  makeDirectory(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): void;
  /** mknod(2) for devices: EPERM for anyone but root. What is no device of every container cannot be opened: EPERM. */
  makeDevice(path: string, identity: DeviceIdentity, mode?: number): void;
  remove(path: string, options?: { readonly recursive?: boolean }): void;
  /** Atomic: replaces a file, or an empty directory by a directory. */
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  readLink(path: string): string;
  link(existing: string, path: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  setTimes(path: string, modifiedAt: number): void;
  /** With every symlink and `..` resolved. */
  realPath(path: string): string;
  /** access(2) for the calling user; false where there is nothing. */
  can(path: string, access: "read" | "write" | "execute"): boolean;
  /** The file system that a path lies on, for df. */
  space(path: string): Space;
}

/** What df says of one file system. Bytes. */
export interface Space {
  /** As /proc/mounts has it: `overlay`, `tmpfs`, `/dev/vda1`. */
  readonly source: string;
  readonly mountPoint: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
}
