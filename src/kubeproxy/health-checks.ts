import type { EndpointSlice, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { slicesByService } from "../client/service-slices.ts";
import { httpListener } from "../network/http-listener.ts";
import type { HttpResponse } from "../network/http.ts";
import { type Network, NetworkError } from "../network/network.ts";
import { nodes } from "../resources/core/node.ts";
import { services } from "../resources/core/service.ts";
import type { Clock } from "../sim/clock.ts";
import type { Log } from "../sim/log.ts";
import type { NodeMap, NodePlace } from "./node-map.ts";

export interface HealthCheckOptions {
  readonly informers: Informers;
  readonly network: Network;
  readonly nodes: NodeMap;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Answers on each node's `healthCheckNodePort`: 200 where a Service has ready endpoints on that node, 503 where not, so
 * that a load balancer sends traffic only where it may stay. The returned function stops.
 * https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip
 */
export function serveHealthChecks(options: HealthCheckOptions): () => void {
  const { informers } = options;
  /** By Service, then by node. */
  const open = new Map<string, Map<string, Door>>();
  const follow = (service: Service, isGone: boolean): void => {
    const id = `${service.metadata.namespace ?? ""}/${service.metadata.name}`;
    const port = isGone ? 0 : (service.spec.healthCheckNodePort ?? 0);
    const doors = open.get(id) ?? new Map<string, Door>();
    const places = port === 0 ? [] : options.nodes.list();
    for (const [name, door] of doors) {
      if (door.port === port && places.some((place) => place.name === name)) continue;
      door.stop();
      doors.delete(name);
    }
    for (const place of places)
      if (!isOpen(place, port, options)) doors.set(place.name, openDoor(id, place, { port, options }));
    if (doors.size > 0) open.set(id, doors);
    else open.delete(id);
  };
  const stops = [
    informers.for(services).onChange(({ type, object }) => follow(object, type === "DELETED")),
    // A node that comes up anew has lost its listeners.
    informers.for(nodes).onChange(() => {
      for (const id of open.keys()) {
        const [namespace = "", name = ""] = id.split("/");
        const service = informers.for(services).get({ namespace, name });
        if (service) follow(service, false);
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const doors of open.values()) for (const { stop } of doors.values()) stop();
  };
}

interface Door {
  readonly port: number;
  stop(): void;
}

function isOpen({ ip }: NodePlace, port: number, { network }: HealthCheckOptions): boolean {
  return !network.hasHost(ip) || network.listenerAt({ ip, port }) !== undefined;
}

function openDoor(
  id: string,
  place: NodePlace,
  { port, options }: { port: number; options: HealthCheckOptions },
): Door {
  const { network, informers, clock, log } = options;
  const listener = httpListener(() => {
    const slices = slicesByService(informers)(id);
    return healthResponse(id, readyOn(place.name, slices));
  }, clock);
  try {
    return { port, stop: network.listen({ ip: place.ip, port }, listener) };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    log.write("warn", `${id}: no health checks on node ${place.name}: ${error.message}`);
    return { port, stop: () => {} };
  }
}

function readyOn(node: string, slices: readonly EndpointSlice[]): number {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ nodeName, conditions }) => nodeName === node && (conditions?.ready ?? true));
  return new Set(ready.flatMap(({ addresses }) => addresses)).size;
}

/** As kube-proxy writes it, tabs included. */
function healthResponse(id: string, count: number): HttpResponse {
  const [namespace = "", name = ""] = id.split("/");
  const body = { service: { namespace, name }, localEndpoints: count, serviceProxyHealthy: true };
  return {
    status: count > 0 ? 200 : 503,
    headers: {
      "content-type": "application/json",
      "x-content-type-options": "nosniff",
      "x-load-balancing-endpoint-weight": String(count),
    },
    body: JSON.stringify(body, null, "\t"),
  };
}
