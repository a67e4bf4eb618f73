import type { Process } from "../runtime/process.ts";

/** Whose tools an image has: what they say, and now and then their exit codes, differ. Alpine's are busybox on musl. */
export type Flavour = "busybox" | "alpine" | "gnu";

/** The same for all, or one for each; Alpine's is busybox's unless its C library speaks. */
export type Flavoured<T extends string | number> =
  | T
  | { readonly busybox: T; readonly gnu: T; readonly alpine?: T | undefined };

export function flavourOf({ container: { image } }: Pick<Process, "container">): Flavour {
  if (image.base === "debian") return "gnu";
  return image.base === "alpine" ? "alpine" : "busybox";
}

export function inFlavour<T extends string | number>(flavour: Flavour, value: Flavoured<T>): T {
  return typeof value === "object" ? (value[flavour] ?? value.busybox) : value;
}

/** Whether a character may take several bytes: GNU's tools count bytes in the C locale that images leave them in. */
export function knowsUnicode(process: Pick<Process, "container" | "env">): boolean {
  const { env } = process;
  const locale = env.get("LC_ALL") || env.get("LC_CTYPE") || env.get("LANG") || "C";
  return flavourOf(process) !== "gnu" || /utf-?8/iu.test(locale);
}
