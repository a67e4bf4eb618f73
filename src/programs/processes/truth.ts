import type { Base } from "../../runtime/image.ts";
import type { Tool } from "../../runtime/tool.ts";

const bases: readonly Base[] = ["busybox", "alpine", "debian"];

/** `true` and `false`. */
export const truth: readonly Tool[] = [
  { names: ["true"], bases, run: () => Promise.resolve(0) },
  { names: ["false"], bases, run: () => Promise.resolve(1) },
];
