import type { Program, Signal } from "./process.ts";

/** What an image is built on: a shell and the usual tools, or nothing at all (distroless). */
export type Base = "busybox" | "alpine" | "debian" | "none";

/** A fake container image. A path in `programs` is an executable; the rest of PATH comes with `base`. */
export interface Image {
  /** Repository names it answers to, without tag; Docker's short form for Docker Hub: `nginx`, `curlimages/curl`. */
  readonly names: readonly string[];
  /** As the image's config says. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Root unless given. */
  readonly user?: ImageUser;
  /** What is there beside its own programs. */
  readonly base: Base;
  /** Further tools by name, put in /usr/bin: `["curl", "dig"]`. */
  readonly tools?: readonly string[];
  /** The image's own programs by absolute path. */
  readonly programs?: Readonly<Record<string, Program>>;
  /** Text files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Empty directories of its user, by absolute path. */
  readonly directories?: readonly string[];
  /** Targets of symbolic links by absolute path. */
  readonly links?: Readonly<Record<string, string>>;
  /** Ports it serves: what EXPOSE says. */
  readonly ports?: readonly number[];
  /** What stopping a container sends to PID 1: STOPSIGNAL. SIGTERM unless given. */
  readonly stopSignal?: Signal;
  /** MiB, as a pull event tells it. */
  readonly sizeMiB?: number;
  /** Says whether a tag exists; any tag does unless given. */
  hasTag?(tag: string): boolean;
}

/** Whom an image's config names as its user. */
export interface ImageUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  /** Its USER is the name: a kubelet cannot tell that this is not root. */
  readonly isNamed?: boolean;
}
