import type { Tool } from "../../runtime/tool.ts";
import { cat } from "./cat.ts";
import { echo } from "./echo.ts";
import { grep } from "./grep.ts";
import { head } from "./head.ts";
import { printf } from "./printf.ts";
import { sort } from "./sort.ts";
import { tail } from "./tail.ts";
import { wc } from "./wc.ts";

/** Programs that read and write text. */
export const textPrograms: readonly Tool[] = [cat, echo, grep, head, printf, sort, tail, wc];
