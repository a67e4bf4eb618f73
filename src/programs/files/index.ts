import type { Tool } from "../../runtime/tool.ts";
import { checksums } from "./checksums.ts";
import { chmod } from "./chmod.ts";
import { chgrp, chown } from "./chown.ts";
import { cp } from "./cp.ts";
import { dd } from "./dd.ts";
import { df } from "./df.ts";
import { du } from "./du.ts";
import { find } from "./find/find.ts";
import { gunzip, gzip } from "./gzip.ts";
import { ln } from "./ln.ts";
import { ls } from "./ls.ts";
import { mkdir } from "./mkdir.ts";
import { mknod } from "./mknod.ts";
import { mktemp } from "./mktemp.ts";
import { mount, umount } from "./mount.ts";
import { mv } from "./mv.ts";
import { basename, dirname } from "./path-names.ts";
import { readlink, realpath } from "./readlink.ts";
import { rm } from "./rm.ts";
import { rmdir } from "./rmdir.ts";
import { stat } from "./stat.ts";
import { sync } from "./sync.ts";
import { tar } from "./tar/tar.ts";
import { touch } from "./touch.ts";
import { truncate } from "./truncate.ts";
import { which } from "./which.ts";

/** Programs that look after files. */
export const filePrograms: readonly Tool[] = [
  basename,
  ...checksums,
  chgrp,
  chmod,
  chown,
  cp,
  dd,
  df,
  dirname,
  du,
  find,
  gunzip,
  gzip,
  ln,
  ls,
  mkdir,
  mknod,
  mktemp,
  mount,
  mv,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  sync,
  tar,
  touch,
  truncate,
  umount,
  which,
];
