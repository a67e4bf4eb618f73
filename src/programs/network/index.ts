import type { Tool } from "../../runtime/tool.ts";
import { curl } from "./curl/curl.ts";
import { nslookup } from "./nslookup.ts";
import { ping } from "./ping.ts";
import { wget } from "./wget/wget.ts";

/** Programs that talk to the network. */
export const networkPrograms: readonly Tool[] = [curl, nslookup, ping, wget];
