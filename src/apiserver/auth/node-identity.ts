import type { UserInfo } from "../request.ts";

const prefix = "system:node:";

/** Which node a user is. undefined: none. "": one that does not say which. */
export function nodeNameOf({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(prefix) && groups.includes("system:nodes") ? name.slice(prefix.length) : undefined;
}
