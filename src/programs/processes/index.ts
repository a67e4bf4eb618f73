import type { Tool } from "../../runtime/tool.ts";
import { ps } from "./ps.ts";
import { sleep } from "./sleep.ts";

/** Programs about processes, and those that run others. */
export const processPrograms: readonly Tool[] = [ps, sleep];
