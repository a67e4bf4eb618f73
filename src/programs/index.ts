import type { Tool } from "../runtime/tool.ts";
import { filePrograms } from "./files/index.ts";
import { networkPrograms } from "./network/index.ts";
import { packageManagers } from "./packages/index.ts";
import { processPrograms } from "./processes/index.ts";
import { systemPrograms } from "./system/index.ts";
import { textPrograms } from "./text/index.ts";

/** What is in PATH. */
export const programs: readonly Tool[] = [
  ...filePrograms,
  ...textPrograms,
  ...processPrograms,
  ...systemPrograms,
  ...networkPrograms,
  ...packageManagers(() => programs),
];
