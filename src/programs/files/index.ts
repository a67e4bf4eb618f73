import type { Tool } from "../../runtime/tool.ts";
import { ls } from "./ls.ts";

/** Programs that look after files. */
export const filePrograms: readonly Tool[] = [ls];
