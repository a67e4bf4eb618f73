import type { Tool } from "../../runtime/tool.ts";
import { cal } from "./cal.ts";
import { date } from "./date.ts";
import { dmesg } from "./dmesg.ts";
import { env } from "./env.ts";
import { free } from "./free.ts";
import { hostname } from "./hostname.ts";
import { groups, id, whoami } from "./identity.ts";
import { lsof } from "./lsof.ts";
import { nproc } from "./nproc.ts";
import { printenv } from "./printenv.ts";
import { sysctl } from "./sysctl.ts";
import { clear, reset, stty, tty } from "./terminal-tools.ts";
import { uname } from "./uname.ts";
import { uptime } from "./uptime.ts";
import { last, who } from "./users.ts";

/** Programs about the machine, its users and its terminal. */
export const systemPrograms: readonly Tool[] = [
  cal,
  clear,
  date,
  dmesg,
  env,
  free,
  groups,
  hostname,
  id,
  last,
  lsof,
  nproc,
  printenv,
  reset,
  stty,
  sysctl,
  tty,
  uname,
  uptime,
  who,
  whoami,
];
