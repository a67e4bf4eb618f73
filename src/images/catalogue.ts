import { createHash } from "node:crypto";

import type { Image } from "../runtime/image.ts";
import { familiarName, formatReference, type ImageReference, parseReference } from "./reference.ts";
import { genericServer } from "./generic-server.ts";

export interface CatalogueOptions {
  /** The first that answers to a name wins. */
  readonly images: readonly Image[];
  /** What becomes of names that nobody knows: `serve` gives them a web page on their declared ports, `fail` fails the pull. */
  readonly unknownImages: "serve" | "fail";
}

/** What a registry would say; shaped as the kubelet asks for it. */
export type Lookup =
  | { readonly outcome: "found"; readonly image: Image; readonly reference: string; readonly imageId: string; readonly notice?: string }
  | { readonly outcome: "invalid"; readonly reason: string }
  | { readonly outcome: "missing"; readonly reference: string; readonly message: string };

/** Finds images by reference. The same reference always gives the same answer, looked up once. */
export function createImageCatalogue({ images, unknownImages }: CatalogueOptions): { find(reference: string): Lookup } {
  const byName = new Map<string, Image>();
  for (const image of images) for (const name of image.names) if (!byName.has(name)) byName.set(name, image);
  const known = new Map<string, Lookup>();
  const look = (text: string): Lookup => {
    const reference = parseReference(text);
    if (!reference) return { outcome: "invalid", reason: "invalid reference format" };
    const image = byName.get(familiarName(reference));
    if (looksBroken(reference.tag) || (image && !hasTag(image, reference))) return missing(reference);
    if (image) return found(reference, image);
    if (unknownImages === "fail" || looksBroken(reference.repository)) return missing(reference);
    return { ...found(reference, genericServer), notice: noticeFor(text) };
  };
  return {
    find(text) {
      let lookup = known.get(text);
      if (!lookup) {
        lookup = look(text);
        known.set(text, lookup);
      }
      return lookup;
    },
  };
}

function noticeFor(image: string): string {
  return `Image ${JSON.stringify(image)} is not in the catalogue of simulated images: a stand-in serves a web page on each declared containerPort`;
}

function found(reference: ImageReference, image: Image): Extract<Lookup, { outcome: "found" }> {
  const name = formatReference(reference);
  const digest = reference.digest ?? `sha256:${createHash("sha256").update(name).digest("hex")}`;
  return { outcome: "found", image, reference: name, imageId: `${reference.registry}/${reference.repository}@${digest}` };
}

/** As containerd words it. */
function missing(reference: ImageReference): Lookup {
  const name = formatReference(reference);
  const message =
    reference.registry === "docker.io" && !reference.digest
      ? `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(name)}: failed to resolve reference ${JSON.stringify(name)}: ${name}: not found`
      : `rpc error: code = NotFound desc = failed to pull and unpack image ${JSON.stringify(name)}: failed to resolve reference ${JSON.stringify(name)}: ${name}: not found`;
  return { outcome: "missing", reference: name, message };
}

const brokenWords = /(?:^|[^a-z0-9])(?:nope|does-?not-?exist|doesntexist|non-?existent|non-?existing|404|invalid|broken|typo|notfound|not-found|missing|wrong|bad|fake-tag)(?:$|[^a-z0-9])/u;

/** Tags that a lesson on failing pulls uses fail, whatever the repository. */
function looksBroken(text: string): boolean {
  return brokenWords.test(text.toLowerCase());
}

/** Digests are taken on trust; tags must look like versions or be the usual words. */
function hasTag(image: Image, { tag }: ImageReference): boolean {
  return tag === "" || (image.hasTag ?? isUsualTag)(tag);
}

const usualWords = new Set([
  "latest", "stable", "mainline", "edge", "main", "master", "release", "rc", "beta", "alpha", "dev", "nightly", "lts",
  "alpine", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal", "debian", "ubuntu", "perl",
  "otel", "unprivileged", "musl", "glibc", "uclibc", "full", "minimal", "apache", "fpm", "cli", "server", "ci",
  "amd64", "arm64", "linux", "windows", "v",
]);

/** `1.27`, `v2`, `1.27-alpine3.19-slim`, `stable-alpine`. */
export function isUsualTag(tag: string): boolean {
  return tag
    .toLowerCase()
    .split(/[-_.+]/u)
    .every((part) => usualWords.has(part) || /^v?\d+[a-z]?\d*$/u.test(part) || usualWords.has(part.replace(/\d+$/u, "")) || /^[0-9a-f]{7,40}$/u.test(part));
}
