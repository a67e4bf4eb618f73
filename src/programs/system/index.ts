import type { Tool } from "../../runtime/tool.ts";
import { date } from "./date.ts";
import { env } from "./env.ts";
import { hostname } from "./hostname.ts";
import { groups, id, whoami } from "./identity.ts";
import { printenv } from "./printenv.ts";

/** Programs about the machine, its users and its terminal. */
export const systemPrograms: readonly Tool[] = [date, env, groups, hostname, id, printenv, whoami];
