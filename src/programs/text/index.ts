import type { Tool } from "../../runtime/tool.ts";
import { awk } from "./awk/awk.ts";
import { base64 } from "./base64.ts";
import { bc } from "./bc/bc.ts";
import { cat } from "./cat.ts";
import { cmp } from "./cmp.ts";
import { comm } from "./comm.ts";
import { cut } from "./cut.ts";
import { diff } from "./diff/diff.ts";
import { echo } from "./echo.ts";
import { editors } from "./editors.ts";
import { expand, unexpand } from "./expand.ts";
import { expr } from "./expr.ts";
import { factor } from "./factor.ts";
import { fold } from "./fold.ts";
import { grep } from "./grep.ts";
import { head } from "./head.ts";
import { hexdump } from "./hexdump.ts";
import { nl } from "./nl.ts";
import { od } from "./od.ts";
import { pager } from "./pager.ts";
import { paste } from "./paste.ts";
import { printf } from "./printf.ts";
import { rev } from "./rev.ts";
import { sed } from "./sed/sed.ts";
import { seq } from "./seq.ts";
import { shuf } from "./shuf.ts";
import { sort } from "./sort.ts";
import { split } from "./split.ts";
import { strings } from "./strings.ts";
import { tac } from "./tac.ts";
import { tail } from "./tail.ts";
import { tee } from "./tee.ts";
import { tr } from "./tr.ts";
import { uniq } from "./uniq.ts";
import { wc } from "./wc.ts";
import { xxd } from "./xxd.ts";
import { yes } from "./yes.ts";

/** Programs that read and write text. */
export const textPrograms: readonly Tool[] = [
  awk,
  base64,
  bc,
  cat,
  cmp,
  comm,
  cut,
  diff,
  echo,
  editors,
  expand,
  expr,
  factor,
  fold,
  grep,
  head,
  hexdump,
  nl,
  od,
  pager,
  paste,
  printf,
  rev,
  sed,
  seq,
  shuf,
  sort,
  split,
  strings,
  tac,
  tail,
  tee,
  tr,
  unexpand,
  uniq,
  wc,
  xxd,
  yes,
];
