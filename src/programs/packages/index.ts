import type { Tool } from "../../runtime/tool.ts";
import { apkWith } from "./apk.ts";
import { aptWith } from "./apt.ts";

/** Package managers, which can install any of `tools`. */
export function packageManagers(tools: () => readonly Tool[]): readonly Tool[] {
  return [apkWith(tools), aptWith(tools)];
}
