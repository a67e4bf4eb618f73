import type { FileSystem } from "./filesystem.ts";
import type { Image } from "./image.ts";

/** What a process can know of the container it runs in. */
export interface Container {
  readonly id: string;
  readonly hostname: string;
  readonly image: Image;
  /** As the pod names it. */
  readonly imageName: string;
  readonly files: FileSystem;
  /** Ports that the pod's spec declares for it. */
  readonly ports: readonly number[];
  /** For images that tell who they are. */
  readonly pod: { readonly name: string; readonly namespace: string; readonly ip: string; readonly nodeName: string };
  readonly processes: ReadonlyMap<number, ProcessInfo>;
  /** Ms of the cluster's clock. */
  readonly startedAt: number;
}

/** A line of `ps`. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly user: string;
  readonly command: readonly string[];
  readonly startedAt: number;
  readonly state: "running" | "zombie";
  /** What it has had of the processor. */
  readonly cpuNanoseconds: number;
}
