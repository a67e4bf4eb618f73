import ipaddr from "ipaddr.js";

import { sameTree } from "../api/object.ts";
import type { Node } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { nodes } from "../resources/core/node.ts";

const zoneLabel = "topology.kubernetes.io/zone";

/** A node's place in the network. */
export interface NodePlace {
  readonly name: string;
  readonly ip: string;
  /** Its address on the pods' side, under which a pod that calls itself through a Service sees the call. */
  readonly gateway: string;
  readonly zone: string | undefined;
}

/** Which node an address belongs to. */
export class NodeMap {
  readonly #byIp = new Map<string, NodePlace>();
  /** Keyed by the first three numbers of a pod range. */
  readonly #byPrefix = new Map<string, NodePlace>();
  #list: readonly NodePlace[] | undefined;

  constructor(informers: Informers) {
    informers.for(nodes).onChange(({ type, object, previous }) => {
      if (previous && type !== "DELETED" && sameTree(placeOf(object), placeOf(previous))) return;
      this.#list = undefined;
      if (previous) this.#forget(previous);
      if (type !== "DELETED") this.#remember(object);
    });
  }

  /** The node with this very address. */
  withIp(ip: string): NodePlace | undefined {
    return this.#byIp.get(ip);
  }

  /** The node that an address, its own or a pod's, is on. */
  of(ip: string): NodePlace | undefined {
    return this.#byIp.get(ip) ?? this.#byPrefix.get(prefixOf(ip));
  }

  /** Whether `node` is the address of the node that `ip` is on. */
  isOwnNode(node: string, ip: string): boolean {
    const place = this.of(ip);
    return place !== undefined && (place.ip === node || place.gateway === node);
  }

  list(): readonly NodePlace[] {
    this.#list ??= [...this.#byIp.values()];
    return this.#list;
  }

  #remember(node: Node): void {
    const place = placeOf(node);
    if (place.ip) this.#byIp.set(place.ip, place);
    const prefix = podPrefixOf(node);
    if (prefix) this.#byPrefix.set(prefix, place);
  }

  #forget(node: Node): void {
    this.#byIp.delete(placeOf(node).ip);
    this.#byPrefix.delete(podPrefixOf(node));
  }
}

function placeOf({ metadata, spec, status }: Node): NodePlace {
  const ip = status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
  const gateway = spec.podCIDR ? firstAddressOf(spec.podCIDR) : ip;
  return { name: metadata.name, ip, gateway, zone: metadata.labels?.[zoneLabel] };
}

function firstAddressOf(cidr: string): string {
  const octets = ipaddr.IPv4.networkAddressFromCIDR(cidr).octets;
  return [...octets.slice(0, 3), (octets[3] ?? 0) + 1].join(".");
}

function podPrefixOf({ spec }: Node): string {
  return spec.podCIDR ? prefixOf(spec.podCIDR) : "";
}

function prefixOf(ip: string): string {
  return ip.slice(0, ip.lastIndexOf("."));
}
