import type { Base } from "./image.ts";
import type { Program } from "./process.ts";

/** A program in PATH. */
export interface Tool {
  /** What it is called; an applet may have several names: `["test", "["]`. */
  readonly names: readonly string[];
  readonly run: Program;
  /** The image bases that come with it. Other images name it in their `tools`. */
  readonly bases: readonly Base[];
  /** `/bin` unless given. */
  readonly directory?: "/usr/bin" | "/sbin" | "/usr/sbin";
}
