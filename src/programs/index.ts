import type { Tool } from "../runtime/tool.ts";
import { filePrograms } from "./files/index.ts";
import { processPrograms } from "./processes/index.ts";
import { systemPrograms } from "./system/index.ts";
import { textPrograms } from "./text/index.ts";

/** What is in PATH. Of two with the same name the first counts. */
export const programs: readonly Tool[] = [...filePrograms, ...textPrograms, ...processPrograms, ...systemPrograms];
