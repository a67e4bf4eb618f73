import type { Tool } from "../../runtime/tool.ts";
import { chroot } from "./chroot.ts";
import { kill, killall } from "./kill.ts";
import { pgrep, pkill } from "./pgrep.ts";
import { pidof } from "./pidof.ts";
import { nice, nohup, time } from "./prefixes.ts";
import { ps } from "./ps.ts";
import { sleep } from "./sleep.ts";
import { test } from "./test.ts";
import { timeout } from "./timeout.ts";
import { top } from "./top.ts";
import { truth } from "./truth.ts";
import { watch } from "./watch.ts";
import { xargs } from "./xargs.ts";

/** Programs about processes, and those that run others. */
export const processPrograms: readonly Tool[] = [
  chroot,
  kill,
  killall,
  nice,
  nohup,
  pgrep,
  pidof,
  pkill,
  ps,
  sleep,
  test,
  time,
  timeout,
  top,
  ...truth,
  watch,
  xargs,
];
