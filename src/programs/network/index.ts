import type { Tool } from "../../runtime/tool.ts";
import { curl } from "./curl/curl.ts";

/** Programs that talk to the network. */
export const networkPrograms: readonly Tool[] = [curl];
