import type { Image } from "../runtime/image.ts";

/** A shell; with nobody at its stdin it ends at once. */
export const busybox: Image = { names: ["busybox"], base: "busybox", command: ["sh"], sizeMiB: 2.1 };
export const alpine: Image = { names: ["alpine"], base: "alpine", command: ["/bin/sh"], sizeMiB: 3.5 };
export const debian: Image = { names: ["debian", "ubuntu"], base: "debian", command: ["bash"], sizeMiB: 47 };
