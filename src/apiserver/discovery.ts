import { createHash } from "node:crypto";

import { apiVersionOf, has, type ResourceDefinition, type Verb } from "../resources/definition.ts";
import { aggregatedRemote, type RemoteVersion } from "./aggregation/remote-discovery.ts";
import { precedenceOf } from "./api-precedence.ts";
import type { Catalogue } from "./catalogue.ts";
import type { ApiRequest, ApiResponse } from "./request.ts";
import { jsonResponse, textResponse } from "./response.ts";
import { byMaturity } from "./version-maturity.ts";

const allVerbs: readonly Verb[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** How a subresource is announced: its kind (the object's own unless given) and its verbs. */
const subresourceFacts: Readonly<
  Record<string, { group?: string; version?: string; kind?: string; verbs: readonly string[] }>
> = {
  status: { verbs: ["get", "patch", "update"] },
  scale: { group: "autoscaling", version: "v1", kind: "Scale", verbs: ["get", "patch", "update"] },
  binding: { kind: "Binding", verbs: ["create"] },
  eviction: { group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] },
  log: { verbs: ["get"] },
  exec: { kind: "PodExecOptions", verbs: ["create", "get"] },
  attach: { kind: "PodAttachOptions", verbs: ["create", "get"] },
  portforward: { kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  proxy: { kind: "ProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
  ephemeralcontainers: { verbs: ["get", "patch", "update"] },
  token: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", verbs: ["create"] },
  finalize: { verbs: ["update"] },
  approval: { verbs: ["get", "patch", "update"] },
};

/** `/api`, `/apis` and what is below, plain and aggregated. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export class Discovery {
  readonly #catalogue: Catalogue;
  readonly #remote: () => readonly RemoteVersion[];
  readonly #address: () => string | undefined;

  /** `remote`: what other servers serve; `address`: where clients in the cluster reach this one, `172.18.0.2:6443`. */
  constructor(
    catalogue: Catalogue,
    remote: () => readonly RemoteVersion[] = () => [],
    address: () => string | undefined = () => undefined,
  ) {
    this.#catalogue = catalogue;
    this.#remote = remote;
    this.#address = address;
  }

  /** undefined: not a path of discovery's. */
  answer(path: string, headers: ApiRequest["headers"]): ApiResponse | undefined {
    const [root, first, second, ...more] = path.replace(/\/$/u, "").split("/").slice(1);
    if (root === "api" && first === undefined)
      return this.#aggregatedOr(
        headers,
        (group) => group === "",
        () => versions(this.#address()),
      );
    if (root === "apis" && first === undefined) {
      return this.#aggregatedOr(
        headers,
        (group) => group !== "",
        () => this.#groupList(),
      );
    }
    if (root === "api" && first === "v1" && second === undefined) return this.#resourceList("", "v1");
    if (root === "apis" && first && more.length === 0) {
      return second === undefined ? this.#group(first) : this.#resourceList(first, second);
    }
    return undefined;
  }

  #aggregatedOr(
    headers: ApiRequest["headers"],
    wanted: (group: string) => boolean,
    plain: () => Record<string, unknown>,
  ): ApiResponse {
    const version = aggregatedVersion(headers["accept"]);
    if (!version) return jsonResponse(plain());
    const body = {
      kind: "APIGroupDiscoveryList",
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items: this.#groups()
        .filter(([group]) => wanted(group))
        .map(([group, versionsOfGroup]) => ({
          metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
          versions: versionsOfGroup.map((one) => this.#aggregatedVersion(group, one)),
        })),
    };
    const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    return tagged(JSON.stringify(body), contentType, headers["if-none-match"]);
  }

  #aggregatedVersion(group: string, version: string): Record<string, unknown> {
    const remote = this.#remote().find((one) => one.group === group && one.version === version);
    if (remote) return aggregatedRemote(remote);
    return {
      version,
      freshness: "Current",
      resources: this.#resourcesOf(group, version).map((resource) => ({
        resource: resource.plural,
        responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
        scope: resource.namespaced ? "Namespaced" : "Cluster",
        singularResource: singularOf(resource),
        verbs: resource.verbs ?? allVerbs,
        ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
        ...(resource.categories ? { categories: resource.categories } : {}),
        ...(resource.subresources
          ? { subresources: resource.subresources.map((subresource) => aggregatedSubresource(resource, subresource)) }
          : {}),
      })),
    };
  }

  #groups(): [string, string[]][] {
    const groups = new Map<string, Set<string>>();
    const remote = this.#remote();
    for (const { group, version } of [...this.#catalogue.list(), ...remote]) {
      groups.set(group, (groups.get(group) ?? new Set()).add(version));
    }
    const all = [...groups].map(([group, known]): [string, string[]] => [group, inOrder(group, [...known], remote)]);
    return remote.length === 0 ? all : all.toSorted(([a], [b]) => groupPriority(b, remote) - groupPriority(a, remote));
  }

  #groupList(): Record<string, unknown> {
    const groups = this.#groups()
      .filter(([group]) => group !== "")
      .map(([group, known]) => groupObject(group, known));
    return { kind: "APIGroupList", apiVersion: "v1", groups };
  }

  #group(name: string): ApiResponse | undefined {
    const found = this.#groups().find(([group]) => group === name && group !== "");
    return found && jsonResponse({ kind: "APIGroup", apiVersion: "v1", ...groupObject(...found) });
  }

  #resourceList(group: string, version: string): ApiResponse | undefined {
    const resources = this.#resourcesOf(group, version);
    if (resources.length === 0) return undefined;
    return jsonResponse({
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion: apiVersionOf({ group, version }),
      resources: resources.flatMap((resource) => [
        plainResource(resource),
        ...(resource.subresources ?? []).map((subresource) => plainSubresource(resource, subresource)),
      ]),
    });
  }

  #resourcesOf(group: string, version: string): ResourceDefinition[] {
    return this.#catalogue.list().filter((resource) => resource.group === group && resource.version === version);
  }
}

/** Not sent again to who has it already. */
function tagged(body: string, contentType: string, known: string | undefined): ApiResponse {
  const etag = `"${createHash("sha512").update(body).digest("hex").toUpperCase()}"`;
  const caching = { etag, vary: "Accept", "cache-control": "public" };
  if (known === etag) return { status: 304, headers: caching, body: "" };
  const response = textResponse(body, 200, contentType);
  return { ...response, headers: { ...response.headers, ...caching } };
}

function versions(serverAddress: string | undefined): Record<string, unknown> {
  const addresses = serverAddress === undefined ? [] : [{ clientCIDR: "0.0.0.0/0", serverAddress }];
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: addresses };
}

function groupObject(name: string, known: readonly string[]): Record<string, unknown> {
  const all = known.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

function plainResource(resource: ResourceDefinition): Record<string, unknown> {
  return {
    name: resource.plural,
    singularName: singularOf(resource),
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs ?? allVerbs,
    ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories ? { categories: resource.categories } : {}),
    ...(resource.verbs?.includes("list") === false ? {} : { storageVersionHash: storageHash(resource) }),
  };
}

function plainSubresource(resource: ResourceDefinition, subresource: string): Record<string, unknown> {
  const { group, version, kind, verbs } = subresourceFactsOf(resource, subresource);
  return {
    name: `${resource.plural}/${subresource}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(group === undefined ? {} : { group, version }),
    kind,
    verbs,
  };
}

function aggregatedSubresource(resource: ResourceDefinition, subresource: string): Record<string, unknown> {
  const { group = resource.group, version = resource.version, kind, verbs } = subresourceFactsOf(resource, subresource);
  return { subresource, responseKind: { group, version, kind }, verbs };
}

export function subresourceFactsOf(
  resource: ResourceDefinition,
  subresource: string,
): { group?: string; version?: string; kind: string; verbs: readonly string[] } {
  const facts = subresourceFacts[subresource] ?? { verbs: ["get"] };
  const isProxy = subresource === "proxy" && has(resource, "proxy");
  const kind = isProxy ? `${resource.kind}ProxyOptions` : (facts.kind ?? resource.kind);
  return { ...facts, kind };
}

function singularOf({ singular, kind }: ResourceDefinition): string {
  return singular ?? kind.toLowerCase();
}

/** Moves when objects come to be kept in another version. */
function storageHash(resource: ResourceDefinition): string {
  const { group, version, kind } = resource.storedAs?.resource ?? resource;
  const digest = createHash("sha256").update(`${group}/${version}/${kind}`).digest();
  return digest.subarray(0, 8).toString("base64");
}

/** The version of apidiscovery.k8s.io a client asks for, if it does. */
function aggregatedVersion(accept: string | undefined): string | undefined {
  for (const range of accept?.split(",") ?? []) {
    if (range.includes("as=APIGroupDiscoveryList")) {
      const version = /;v=(v2|v2beta1)(?:;|$)/u.exec(range)?.[1];
      if (version) return version;
    }
    if (range.trim() === "application/json") return undefined;
  }
  return undefined;
}

/** A group stands where the version of it that asks for most does. */
function groupPriority(group: string, remote: readonly RemoteVersion[]): number {
  const asked = remote.filter((one) => one.group === group).map((one) => one.groupPriority);
  return asked.length > 0 ? Math.max(...asked) : precedenceOf(group).group;
}

function inOrder(group: string, known: readonly string[], remote: readonly RemoteVersion[]): string[] {
  const own = remote.filter((one) => one.group === group);
  const priority = (version: string): number =>
    own.find((one) => one.version === version)?.versionPriority ?? precedenceOf(group, version).version;
  return own.length === 0
    ? known.toSorted(byMaturity)
    : known.toSorted((a, b) => priority(b) - priority(a) || byMaturity(a, b));
}
