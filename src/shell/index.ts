import type { Tool } from "../runtime/tool.ts";
import { ash } from "./dialects/ash.ts";
import { bash } from "./dialects/bash.ts";
import { dash } from "./dialects/dash.ts";
import { shellProgram } from "./start.ts";

/** The shells, by the images that have them. An alpine image gets bash by naming it in its tools. */
export const shellTools: readonly Tool[] = [
  { names: ["sh", "ash"], run: shellProgram(ash), bases: ["busybox", "alpine"] },
  { names: ["sh", "dash"], run: shellProgram(dash), bases: ["debian"] },
  { names: ["bash"], run: shellProgram(bash), bases: ["debian"] },
];
