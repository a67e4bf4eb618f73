import type { Service, ServicePort } from "../api/types.gen.ts";
import { podByIp } from "../client/pods-by-ip.ts";
import type { Address } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import { atBackends } from "./backends.ts";
import { symptoms } from "./diagnosis.ts";
import { endpointsOf } from "./endpoints.ts";
import type { Trail } from "./trail.ts";
import type { Source, WhyWorld } from "./world.ts";

interface Following {
  readonly trail: Trail;
  readonly world: WhyWorld;
}

/** Goes on from an address: a Service's, a pod's or a node's. */
export function atAddress(to: Address, source: Source, following: Following): void {
  const { trail, world } = following;
  const service = serviceAt(to, world);
  if (service) {
    atService({ service, to }, source, following);
    return;
  }
  const pod = podByIp(world.informers)(to.ip);
  const node = world.proxy.nodes.withIp(to.ip);
  if (pod) {
    trail.ok("pod", `${to.ip} is the pod ${pod.metadata.namespace ?? ""}/${pod.metadata.name}`);
    atBackends([to], source, following);
  } else if (node) {
    trail.ok("node", `${to.ip} is the node ${node.name}; no Service has the node port ${to.port}`);
    atBackends([to], source, following);
  } else {
    const isPodAddress =
      world.network.route({ protocol: "TCP", from: { ip: source.ip, port: 0 }, to }) === "unreachable";
    trail.broken("address", {
      text: `nothing has the address ${to.ip}: no pod, no Service, no node`,
      symptom: isPodAddress ? symptoms.unreachable : symptoms.timeout,
      remedy: "a pod's address ends with the pod: use the name of a Service",
    });
  }
}

/** The Service that an address belongs to, whatever the port. */
function serviceAt({ ip, port }: Address, { informers, proxy }: WhyWorld): Service | undefined {
  const all = informers.for(services);
  const id = proxy.serviceOf({ protocol: "TCP", to: { ip, port } });
  if (id !== undefined) {
    const [namespace = "", name = ""] = id.split("/");
    return all.get({ namespace, name });
  }
  if (!proxy.isServiceIp(ip)) return undefined;
  return all.list().find((service) => addressesOf(service).includes(ip));
}

function addressesOf({ spec, status }: Service): string[] {
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap((one) => (one.ip ? [one.ip] : []));
  return [spec.clusterIP ?? "", ...(spec.externalIPs ?? []), ...ingress];
}

function atService({ service, to }: { service: Service; to: Address }, source: Source, following: Following): void {
  const { trail, world } = following;
  const { namespace = "", name } = service.metadata;
  const type = service.spec.type ?? "ClusterIP";
  trail.ok("service", `${to.ip} is the Service ${namespace}/${name} (${type})`);
  const rule = world.proxy.ruleFor({ protocol: "TCP", to });
  const port = (service.spec.ports ?? []).find(
    (one) => (one.port === to.port || one.nodePort === to.port) && (one.protocol ?? "TCP") === "TCP",
  );
  if (!rule || !port) {
    noSuchPort(service, to.port, trail);
    return;
  }
  trail.ok("port", `port ${to.port} leads to ${targetText(port)}`);
  const ranges = world.proxy.rangesWithout({ protocol: "TCP", from: { ip: source.ip, port: 0 }, to });
  if (ranges) {
    const who = source.pod ? "the pod" : "this machine";
    trail.broken("source ranges", {
      text: `the load balancer takes only ${ranges.join(", ")}, and ${who} is ${source.ip}`,
      symptom: symptoms.timeout,
      remedy: `add a range with ${source.ip} to loadBalancerSourceRanges`,
    });
    return;
  }
  const { text, details, remedy } = endpointsOf(service, world);
  if (rule.backends.length === 0) {
    trail.broken("endpoints", {
      text: `the Service has no endpoints: ${text}`,
      symptom: symptoms.refused,
      details,
      remedy,
    });
    return;
  }
  const backends = reachable(to, source, { rule, world });
  if (backends.length === 0) {
    const what = to.ip === service.spec.clusterIP ? "internalTrafficPolicy" : "externalTrafficPolicy";
    const node = entryNode(to, source, world);
    const text2 = `${what} is Local, and no endpoint is on the node ${node ?? "the request comes in at"}`;
    trail.broken("endpoints", {
      text: text2,
      symptom: symptoms.timeout,
      details,
      remedy: `set ${what}: Cluster, or run a pod on that node`,
    });
    return;
  }
  const partly = details.some((line) => !line.includes(": ready"));
  if (partly) trail.warn("endpoints", text, { details, remedy });
  else trail.ok("endpoints", text, details);
  atBackends(backends, source, following);
}

function targetText({ targetPort, port, name, nodePort }: ServicePort): string {
  const target =
    typeof targetPort === "string" ? `the pods' port named ${targetPort}` : `port ${targetPort ?? port} of the pods`;
  return `${target}${name ? ` (${name})` : ""}${nodePort ? `; node port ${nodePort}` : ""}`;
}

function noSuchPort({ spec, metadata }: Service, port: number, trail: Trail): void {
  const ports = (spec.ports ?? []).map((one) => `${one.port}/${one.protocol ?? "TCP"}`);
  const first = (spec.ports ?? []).find(({ protocol = "TCP" }) => protocol === "TCP");
  trail.broken("port", {
    text: `the Service has no port ${port}/TCP; it has ${ports.join(", ") || "none"}`,
    symptom: symptoms.timeout,
    remedy: first
      ? `use port ${first.port}, or add ${port} to the Service ${metadata.name}`
      : `add port ${port} to the Service`,
  });
}

type Rule = NonNullable<ReturnType<WhyWorld["proxy"]["ruleFor"]>>;

/** The endpoints that a request from `source` may get. */
function reachable(to: Address, source: Source, { rule, world }: { rule: Rule; world: WhyWorld }): readonly Address[] {
  const own = world.proxy.nodes.of(source.ip);
  const isExternal = to.ip !== own?.ip && world.proxy.nodes.withIp(to.ip) !== undefined;
  const isInternal = !world.proxy.nodes.withIp(to.ip) && source.pod !== undefined;
  if (isInternal && rule.internalLocal) return rule.localBackends.get(own?.name ?? "") ?? [];
  if (isExternal && rule.externalLocal) return rule.localBackends.get(world.proxy.nodes.of(to.ip)?.name ?? "") ?? [];
  return rule.backends;
}

function entryNode(to: Address, source: Source, { proxy }: WhyWorld): string | undefined {
  return (proxy.nodes.withIp(to.ip) ?? proxy.nodes.of(source.ip))?.name;
}
