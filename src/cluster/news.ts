import type { EndpointSlice, Pod } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import type { HostPortChange } from "../kubeproxy/host-ports.ts";
import { pods } from "../resources/core/pod.ts";
import { endpointSlices } from "../resources/discovery/endpoint-slice.ts";

const systemNamespace = "kube-system";
const serviceLabel = "kubernetes.io/service-name";

/** Tells in a line each what a learner cares about: pods that run or go, endpoints that come and leave. The returned function stops. */
export function followNews(informers: Informers, tell: (line: string) => void): () => void {
  const stops = [
    informers.for(pods).onChange(({ type, object, previous }) => {
      const line = isOwn(object) ? podNews(type === "DELETED" ? undefined : object, previous) : undefined;
      if (line) tell(line);
    }),
    informers.for(endpointSlices).onChange(({ type, object, previous }) => {
      if (isOwn(object)) for (const line of endpointNews(type === "DELETED" ? undefined : object, previous)) tell(line);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** A line about a port of this machine. */
export function hostPortNews({ what, service, address, protocol }: HostPortChange): string {
  const at = `${address.ip}:${address.port}/${protocol}`;
  switch (what) {
    case "opened":
      return `service/${short(service)} answers on ${at}`;
    case "closed":
      return `service/${short(service)} no longer answers on ${at}`;
    case "refused":
      return `service/${short(service)} cannot have ${at}: the port is taken on this machine`;
  }
}

function podNews(pod: Pod | undefined, previous: Pod | undefined): string | undefined {
  const before = previous?.status?.phase;
  if (!pod) return previous && `pod/${nameOf(previous)} deleted`;
  const { phase, podIP } = pod.status ?? {};
  if (pod.metadata.deletionTimestamp && previous && !previous.metadata.deletionTimestamp)
    return `pod/${nameOf(pod)} terminating`;
  if (phase === before || !phase || phase === "Pending") return undefined;
  return phase === "Running"
    ? `pod/${nameOf(pod)} running on ${pod.spec.nodeName ?? ""} at ${podIP ?? ""}`
    : `pod/${nameOf(pod)} ${phase.toLowerCase()}`;
}

function endpointNews(slice: EndpointSlice | undefined, previous: EndpointSlice | undefined): string[] {
  const { namespace = "", labels } = (slice ?? previous)?.metadata ?? {};
  const service = short(`${namespace}/${labels?.[serviceLabel] ?? ""}`);
  const now = new Set(slice ? addressesOf(slice) : []);
  const before = new Set(previous ? addressesOf(previous) : []);
  return [
    ...[...now].filter((one) => !before.has(one)).map((one) => `service/${service} endpoint ${one} added`),
    ...[...before].filter((one) => !now.has(one)).map((one) => `service/${service} endpoint ${one} removed`),
  ];
}

function addressesOf({ endpoints, ports = [] }: EndpointSlice): string[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => ports.map(({ port = 0 }) => `${addresses[0] ?? ""}:${port}`));
}

function isOwn({ metadata }: Pod | EndpointSlice): boolean {
  return metadata.namespace !== systemNamespace && metadata.name !== "kubernetes";
}

function nameOf({ metadata }: Pod): string {
  return short(`${metadata.namespace ?? ""}/${metadata.name}`);
}

/** The default namespace goes without saying. */
function short(id: string): string {
  return id.startsWith("default/") ? id.slice("default/".length) : id;
}
