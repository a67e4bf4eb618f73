import { LayeredMap } from "../api/layered-map.ts";
import type { Pod, Service } from "../api/types.gen.ts";
import type { Informers } from "../client/informer.ts";
import { services } from "../resources/core/service.ts";

const none: ReadonlyMap<string, string> = new Map();

/**
 * What tells a pod's containers of the Services there are when they start: its namespace's and the API server's, or
 * with `enableServiceLinks: false` the latter alone. Shared by all pods that see the same Services.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function serviceVariables({ metadata, spec }: Pod, informers: Informers): ReadonlyMap<string, string> {
  const informer = informers.for(services);
  const apiServer = informer.get({ namespace: "default", name: "kubernetes" });
  const ofApiServer = apiServer ? variablesOf(apiServer) : none;
  if (spec.enableServiceLinks === false) return ofApiServer;
  const { namespace = "" } = metadata;
  const own = variablesOfAll(informer.list(namespace));
  const hasNamesake = informer.get({ namespace, name: "kubernetes" }) !== undefined;
  return hasNamesake ? own : new LayeredMap(own, ofApiServer);
}

const knownOfAll = new WeakMap<readonly Service[], ReadonlyMap<string, string>>();

function variablesOfAll(all: readonly Service[]): ReadonlyMap<string, string> {
  let variables = knownOfAll.get(all);
  if (!variables) {
    variables = madeWhenNeeded(() => new Map(all.flatMap((service) => [...variablesOf(service)])));
    knownOfAll.set(all, variables);
  }
  return variables;
}

/** Thousands of variables that few programs ever look at. */
function madeWhenNeeded(make: () => ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  let made: ReadonlyMap<string, string> | undefined;
  const all = (): ReadonlyMap<string, string> => (made ??= make());
  const mayBeThere = (name: string): boolean => /_(?:SERVICE_|PORT)/u.test(name);
  return {
    get: (name) => (mayBeThere(name) ? all().get(name) : undefined),
    has: (name) => mayBeThere(name) && all().has(name),
    get size() {
      return all().size;
    },
    entries: () => all().entries(),
    keys: () => all().keys(),
    values: () => all().values(),
    forEach: (tell) => all().forEach(tell),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
}

const known = new WeakMap<Service, ReadonlyMap<string, string>>();

function variablesOf(service: Service): ReadonlyMap<string, string> {
  let variables = known.get(service);
  if (!variables) {
    variables = new Map(pairsOf(service));
    known.set(service, variables);
  }
  return variables;
}

/** `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP_ADDR`, … */
function pairsOf({ metadata, spec }: Service): [string, string][] {
  const prefix = metadata.name.toUpperCase().replaceAll("-", "_");
  const host = spec.clusterIP ?? "";
  const ports = spec.ports ?? [];
  const [first] = ports;
  if (!first || host === "" || host === "None") return [];
  const url = (protocol: string, port: number): string => `${protocol.toLowerCase()}://${host}:${port}`;
  const named = ports.flatMap(({ name, port }): [string, string][] =>
    name ? [[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll("-", "_")}`, String(port)]] : [],
  );
  const links = ports.flatMap(({ port, protocol = "TCP" }): [string, string][] => {
    const link = `${prefix}_PORT_${port}_${protocol}`;
    return [
      [link, url(protocol, port)],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, host],
    ];
  });
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named,
    [`${prefix}_PORT`, url(first.protocol ?? "TCP", first.port)],
    ...links,
  ];
}
