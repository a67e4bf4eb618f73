import { alias, unalias } from "./alias.ts";
import type { Builtin } from "./builtin.ts";
import { breakLoop, colon, exit, falseBuiltin, returnFromFunction, trueBuiltin } from "./control.ts";
import { declare } from "./declare.ts";
import { changeDirectory, directoryStack, printDirectory } from "./directory.ts";
import { echo } from "./echo.ts";
import { builtinCommand, command, evaluate, execute, source } from "./evaluate.ts";
import { getopts } from "./getopts.ts";
import { history } from "./history.ts";
import { background, disown, foreground, jobs, wait } from "./jobs.ts";
import { kill } from "./kill.ts";
import { letBuiltin } from "./let.ts";
import { mapfile } from "./mapfile.ts";
import { printf } from "./printf.ts";
import { times, ulimit, umask } from "./process-limits.ts";
import { read } from "./read.ts";
import { set, shift } from "./set.ts";
import { shopt } from "./shopt.ts";
import { test } from "./test.ts";
import { trap } from "./trap.ts";
import { hash, typeBuiltin } from "./type.ts";
import { unsimulated } from "./unsimulated.ts";
import { exportBuiltin, local, readOnly, unset } from "./variables.ts";

/** Every built-in; a dialect has those that do not name others. */
export const builtins: readonly Builtin[] = [
  colon,
  source,
  breakLoop,
  evaluate,
  execute,
  exit,
  exportBuiltin,
  readOnly,
  returnFromFunction,
  set,
  shift,
  times,
  trap,
  unset,
  trueBuiltin,
  falseBuiltin,
  test,
  echo,
  printf,
  read,
  mapfile,
  changeDirectory,
  printDirectory,
  directoryStack,
  alias,
  unalias,
  typeBuiltin,
  hash,
  command,
  builtinCommand,
  local,
  declare,
  getopts,
  letBuiltin,
  jobs,
  foreground,
  background,
  wait,
  disown,
  kill,
  ulimit,
  umask,
  history,
  shopt,
  unsimulated,
];
