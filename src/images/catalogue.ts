import { createHash } from "node:crypto";

import type { Image } from "../runtime/image.ts";
import { genericServer } from "./generic-server.ts";
import { familiarName, formatReference, type ImageReference, parseReference } from "./reference.ts";

export interface CatalogueOptions {
  /** The first that answers to a name wins. */
  readonly images: readonly Image[];
  /** What becomes of names that nobody knows: `serve` gives them a web page on their declared ports, `fail` fails the pull. */
  readonly unknownImages: "serve" | "fail";
}

/** What a registry would say; shaped as the kubelet asks for it. */
export type Lookup =
  | {
      readonly outcome: "found";
      readonly image: Image;
      readonly reference: string;
      readonly imageId: string;
      readonly notice?: string;
    }
  | { readonly outcome: "invalid"; readonly reason: string }
  | { readonly outcome: "missing"; readonly reference: string; readonly message: string };

/** Finds images by reference. The same reference always gives the same answer, looked up once. */
export function createImageCatalogue({ images, unknownImages }: CatalogueOptions): { find(reference: string): Lookup } {
  const byName = new Map<string, Image>();
  for (const image of images) for (const name of image.names) if (!byName.has(name)) byName.set(name, image);
  const known = new Map<string, Lookup>();
  const look = (text: string): Lookup => {
    const reference = parseReference(text);
    if (!reference) return { outcome: "invalid", reason: whyInvalid(text) };
    const image = byName.get(familiarName(reference)) ?? byName.get(mirroredName(familiarName(reference)));
    const isUnknown = !image && (unknownImages === "fail" || looksBroken(reference.repository));
    if (isPrivate(reference)) return forbidden(reference);
    if (isUnknown && reference.registry === "docker.io") return denied(reference);
    if (isUnknown || looksBroken(reference.tag) || (image && !hasTag(image, reference))) return missing(reference);
    if (image) return found(reference, image);
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

/** Places that hold the same images, and what they are copies of. */
const mirrors: readonly (readonly [mirror: string, original: string])[] = [
  ["k8s.gcr.io/", "registry.k8s.io/"],
  ["gcr.io/google_containers/", "registry.k8s.io/"],
  ["gcr.io/google-containers/", "registry.k8s.io/"],
  ["gcr.io/kubernetes-e2e-test-images/", "registry.k8s.io/e2e-test-images/"],
  ["public.ecr.aws/docker/library/", ""],
  ["mirror.gcr.io/library/", ""],
];

function mirroredName(name: string): string {
  const [mirror = "", original = ""] = mirrors.find(([prefix]) => name.startsWith(prefix)) ?? [];
  return `${original}${name.slice(mirror.length)}`;
}

function noticeFor(image: string): string {
  return `Image ${JSON.stringify(image)} is not in the catalogue of simulated images: a stand-in serves a web page on each declared containerPort`;
}

function found(reference: ImageReference, image: Image): Extract<Lookup, { outcome: "found" }> {
  const name = formatReference(reference);
  const digest = reference.digest ?? `sha256:${createHash("sha256").update(name).digest("hex")}`;
  return {
    outcome: "found",
    image,
    reference: name,
    imageId: `${reference.registry}/${reference.repository}@${digest}`,
  };
}

/** A registry that knows the repository, but not the tag. */
function missing(reference: ImageReference): Lookup {
  const name = formatReference(reference);
  return notPulled(reference, "NotFound", `${name}: not found`);
}

/** Docker Hub does not tell repositories that do not exist from those that are private. */
function denied(reference: ImageReference): Lookup {
  const denial = "pull access denied, repository does not exist or may require authorization";
  return notPulled(reference, "Unknown", `${denial}: server message: insufficient_scope: authorization failed`);
}

/** Places that tests of failing pulls know to be closed to them. */
const privatePlaces = ["gcr.io/k8s-authenticated-test/", "gcr.io/authenticated-image-pulling/"];

function isPrivate(reference: ImageReference): boolean {
  return privatePlaces.some((place) => familiarName(reference).startsWith(place));
}

function forbidden(reference: ImageReference): Lookup {
  const { registry, repository } = reference;
  const scope = `https://${registry}/v2/token?scope=repository%3A${repository.replaceAll("/", "%2F")}%3Apull&service=${registry}`;
  const denial = `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to ${scope}: 403 Forbidden`;
  return notPulled(reference, "Unknown", denial);
}

/** As containerd words it. */
function notPulled(reference: ImageReference, code: string, why: string): Lookup {
  const name = formatReference(reference);
  const quoted = JSON.stringify(name);
  const failure = `failed to pull and unpack image ${quoted}: failed to resolve reference ${quoted}: ${why}`;
  return { outcome: "missing", reference: name, message: `rpc error: code = ${code} desc = ${failure}` };
}

function whyInvalid(text: string): string {
  const lower = parseReference(text.toLowerCase());
  if (text === text.toLowerCase() || !lower) return "invalid reference format";
  const bare = lower.repository.replace(/^library\//u, "");
  const at = text.toLowerCase().indexOf(bare);
  const name = lower.repository.slice(0, -bare.length) + text.slice(at, at + bare.length);
  return `invalid reference format: repository name (${name}) must be lowercase`;
}

const brokenWords =
  /(?:^|[^a-z0-9])(?:nope|does-?not-?exist|doesnt-?exist|no-?such-?(?:tag|image)|non-?existent|non-?existing|404|invalid|broken|typo|not-?found|missing|wrong|bad|fake-tag)(?:$|[^a-z0-9])/u;

/** Tags that a lesson on failing pulls uses fail, whatever the repository. */
function looksBroken(text: string): boolean {
  return brokenWords.test(text.toLowerCase());
}

/** Digests are taken on trust; tags must look like versions or be the usual words. */
function hasTag(image: Image, { tag }: ImageReference): boolean {
  return tag === "" || (image.hasTag ?? isUsualTag)(tag);
}

const usualWords = new Set([
  "latest",
  "stable",
  "mainline",
  "edge",
  "main",
  "master",
  "release",
  "rc",
  "beta",
  "alpha",
  "dev",
  "nightly",
  "lts",
  "current",
  "alpine",
  "slim",
  "bookworm",
  "bullseye",
  "buster",
  "stretch",
  "jessie",
  "trixie",
  "jammy",
  "noble",
  "focal",
  "bionic",
  "xenial",
  "debian",
  "ubuntu",
  "perl",
  "otel",
  "unprivileged",
  "musl",
  "glibc",
  "uclibc",
  "full",
  "minimal",
  "apache",
  "fpm",
  "cli",
  "server",
  "ci",
  "e2e",
  "amd64",
  "arm64",
  "linux",
  "windows",
  "ubi",
  "oracle",
  "oraclelinux",
  "threaded",
  "devel",
  "rolling",
  "demo",
  "base",
  "debug",
  "nonroot",
  "v",
]);

/** `1.27`, `v2`, `1.27-alpine3.19-slim`, `stable-alpine`. */
export function isUsualTag(tag: string): boolean {
  return tag
    .toLowerCase()
    .split(/[-_.+]/u)
    .every(isUsualPart);
}

function isUsualPart(part: string): boolean {
  if (usualWords.has(part) || usualWords.has(part.replace(/\d+$/u, ""))) return true;
  return /^v?\d+[a-z]?\d*$/u.test(part) || /^[0-9a-f]{7,40}$/u.test(part);
}
