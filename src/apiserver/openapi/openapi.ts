import { createHash } from "node:crypto";

import { ApiError, pathNotFound } from "../../api/status.ts";
import { typeFacts } from "../../api/type-facts.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Catalogue } from "../catalogue.ts";
import type { ApiRequest, ApiResponse } from "../request.ts";
import { jsonResponse } from "../response.ts";
import { kubernetesVersion } from "../server-info.ts";
import { loadDescriptions } from "./descriptions.ts";
import { documentV2 } from "./document-v2.ts";
import { documentV3, type GroupVersion } from "./document-v3.ts";
import { gnosticDocument } from "./gnostic.ts";

const json = "application/json";
const gnosticType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const gnosticRequest = /^application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf$/u;

type RemotePaths = readonly (readonly [path: string, url: string])[];

/** A document that is made when it is first asked for. */
interface Document {
  readonly hash: string;
  body(): string | Uint8Array;
}

/**
 * `/openapi/v2` and `/openapi/v3`: what kubectl's explain, apply and edit know of types. Documents are kept until the
 * catalogue changes, and those of v3 beyond: their URLs change with their content.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition
 */
export class OpenApi {
  readonly #catalogue: Catalogue;
  /** By path below `/openapi/v3/`: `apis/apps/v1`. */
  #documents = new Map<string, Document>();
  #v2: { readonly json: Document; readonly gnostic: Document } | undefined;
  #version = -1;
  readonly #remote: () => RemotePaths;

  /** `remote`: by path, where other servers have theirs. */
  constructor(catalogue: Catalogue, remote: () => RemotePaths = () => []) {
    this.#catalogue = catalogue;
    this.#remote = remote;
  }

  /** undefined: not a path of OpenAPI's. Throws ApiError. */
  answer(request: ApiRequest): ApiResponse | undefined {
    const { path } = request;
    if (!path.startsWith("/openapi/")) return undefined;
    this.#refresh();
    if (path === "/openapi/v2") return this.#answerV2(request);
    if (path === "/openapi/v3" || path === "/openapi/v3/") return this.#index(request);
    if (path.startsWith("/openapi/v3/")) return this.#answerV3(request, path.slice("/openapi/v3/".length));
    return undefined;
  }

  #answerV2(request: ApiRequest): ApiResponse {
    const { accept = json } = request.headers;
    const wantsGnostic = rangesOf(accept).find(
      (range) => range === json || range === "*/*" || gnosticRequest.test(range),
    );
    if (wantsGnostic === undefined) throw notAcceptable();
    this.#v2 ??= v2Documents(this.#catalogue.list());
    const isGnostic = gnosticRequest.test(wantsGnostic);
    const document = isGnostic ? this.#v2.gnostic : this.#v2.json;
    return documentResponse(request, document, { "content-type": isGnostic ? gnosticType : json, vary: "Accept" });
  }

  /** Hashes in the URLs let clients keep what they have read for ever. */
  #index(request: ApiRequest): ApiResponse {
    const own = [...this.#documents].map(([path, { hash }]) => [path, urlOf(path, hash)] as const);
    const paths = [...own, ...this.#remote()].map(([path, serverRelativeURL]) => [path, { serverRelativeURL }]);
    const body = JSON.stringify({ paths: Object.fromEntries(paths) });
    const document = { hash: hashOf(body), body: () => body };
    return documentResponse(request, document, { "content-type": json, vary: "Accept" });
  }

  #answerV3(request: ApiRequest, path: string): ApiResponse {
    const document = this.#documents.get(path);
    if (!document) throw pathNotFound();
    const { accept = json } = request.headers;
    if (!rangesOf(accept).some((range) => [json, "*/*", "application/*"].includes(range))) throw notAcceptable();
    const asked = request.query.get("hash");
    if (asked !== null && asked !== document.hash) {
      return { ...jsonResponse({}, 301), headers: { location: urlOf(path, document.hash) }, body: "" };
    }
    const forEver = asked === null ? {} : { "cache-control": "public, immutable, max-age=31536000" };
    return documentResponse(request, document, { "content-type": json, vary: "Accept", ...forEver });
  }

  /** A group version in which nothing has changed keeps its document. */
  #refresh(): void {
    if (this.#version === this.#catalogue.version) return;
    this.#version = this.#catalogue.version;
    this.#v2 = undefined;
    const resources = this.#catalogue.list();
    const kept = this.#documents;
    this.#documents = new Map(
      groupVersionsOf(resources).map((groupVersion) => {
        const path = pathOf(groupVersion);
        const hash = hashOf(fingerprint(groupVersion, resources));
        const known = kept.get(path);
        return [path, known?.hash === hash ? known : v3Document(groupVersion, resources, hash)];
      }),
    );
  }
}

function groupVersionsOf(resources: readonly ResourceDefinition[]): GroupVersion[] {
  const found = new Map<string, GroupVersion>();
  for (const { group, version } of resources) found.set(`${group}/${version}`, { group, version });
  return [...found.values()];
}

function pathOf({ group, version }: GroupVersion): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

function urlOf(path: string, hash: string): string {
  return `/openapi/v3/${path}?hash=${hash}`;
}

function v3Document(groupVersion: GroupVersion, resources: readonly ResourceDefinition[], hash: string): Document {
  let text: string | undefined;
  return { hash, body: () => (text ??= JSON.stringify(documentV3(groupVersion, resources))) };
}

function v2Documents(resources: readonly ResourceDefinition[]): { json: Document; gnostic: Document } {
  const document = documentV2(resources);
  const text = JSON.stringify(document);
  const hash = hashOf(text);
  let bytes: Uint8Array | undefined;
  return {
    json: { hash, body: () => text },
    gnostic: { hash, body: () => (bytes ??= gnosticDocument(document)) },
  };
}

let factsHash: string | undefined;

/** All that a group version's document is made from: cheaper to tell apart than the document. */
function fingerprint({ group, version }: GroupVersion, resources: readonly ResourceDefinition[]): string {
  factsHash ??= hashOf(JSON.stringify([typeFacts, loadDescriptions()]));
  const own = resources.filter((resource) => resource.group === group && resource.version === version);
  const groupVersions = groupVersionsOf(resources);
  return JSON.stringify([kubernetesVersion, factsHash, groupVersions, own]);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase();
}

function documentResponse(request: ApiRequest, document: Document, headers: Record<string, string>): ApiResponse {
  const etag = `"${document.hash}"`;
  const tags = (request.headers["if-none-match"] ?? "").split(",");
  const isKnown = tags.some((tag) => tag.trim().replace(/^W\//u, "") === etag);
  if (isKnown) return { status: 304, headers: { ...headers, etag }, body: "" };
  return { status: 200, headers: { ...headers, etag }, body: document.body() };
}

function rangesOf(accept: string): string[] {
  return accept.split(",").map((range) => (range.split(";", 1)[0] ?? "").trim());
}

function notAcceptable(): ApiError {
  const accepted = `only the following media types are accepted: ${json}, ${gnosticType}`;
  return new ApiError(406, "NotAcceptable", accepted);
}
