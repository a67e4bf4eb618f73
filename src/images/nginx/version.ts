import { isUsualTag } from "../catalogue.ts";
import { parseReference } from "../reference.ts";

const mainline = "1.27.4";
const stable = "1.26.3";
/** The last patch of each minor version, from 1.7 on. */
const lastPatches: Readonly<Record<number, number>> = {
  7: 12,
  8: 1,
  9: 15,
  10: 3,
  11: 13,
  12: 2,
  13: 12,
  14: 2,
  15: 12,
  16: 1,
  17: 10,
  18: 0,
  19: 10,
  20: 2,
  21: 6,
  22: 1,
  23: 4,
  24: 0,
  25: 5,
  26: 3,
  27: 5,
  28: 0,
  29: 4,
};

/** `nginx:1.14.2` is 1.14.2; words and variants stand for the usual versions. */
export function nginxVersion(imageName: string): string {
  const tag = parseReference(imageName)?.tag ?? "latest";
  const [, minor, patch] = /^(?:mainline-)?1\.(\d+)(?:\.(\d+))?/u.exec(tag) ?? [];
  if (minor === undefined) return tag.startsWith("stable") ? stable : mainline;
  return `1.${minor}.${patch ?? lastPatches[Number(minor)] ?? 0}`;
}

/** Versions that were never published do not exist: `1.161` is the typing error of a well-known lesson. */
export function hasNginxTag(tag: string): boolean {
  if (!isUsualTag(tag)) return false;
  const [, major, minor, patch] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/u.exec(tag) ?? [];
  if (major === undefined) return true;
  if (major !== "1") return false;
  if (minor === undefined) return true;
  const last = lastPatches[Number(minor)];
  return last !== undefined && Number(patch ?? 0) <= last;
}
