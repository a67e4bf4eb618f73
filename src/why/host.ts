import type { Service } from "../api/types.gen.ts";
import { isLoopback } from "../network/loopback.ts";
import type { Address } from "../network/network.ts";
import { services } from "../resources/core/service.ts";
import { atAddress } from "./address.ts";
import { symptoms } from "./diagnosis.ts";
import type { Trail } from "./trail.ts";
import type { WhyWorld } from "./world.ts";

/** A request that begins on this machine: only node ports and load balancers are reached. */
export function fromHost({ host, port }: { host: string; port: number }, trail: Trail, world: WhyWorld): void {
  const ip = host === "localhost" ? "127.0.0.1" : host;
  if (!/^[\d.]+$/u.test(ip)) {
    trail.broken("name", {
      text: `names of Services exist only inside the cluster, and ${host} is looked up on this machine`,
      symptom: symptoms.name,
      remedy: `kubectl run tmp --rm -it --image=curlimages/curl -- ${host}:${port}, a NodePort, or kubectl port-forward`,
    });
    return;
  }
  const to = isLoopback(ip) ? throughLoopback({ ip, port }, trail, world) : throughNode({ ip, port }, trail, world);
  if (to) atAddress(to, { ip: world.hostIp }, { trail, world });
}

function throughNode(to: Address, trail: Trail, { proxy }: WhyWorld): Address | undefined {
  if (proxy.nodes.withIp(to.ip)) return to;
  const what = proxy.isServiceIp(to.ip) ? "a cluster IP" : "an address inside the cluster";
  return trail.broken("address", {
    text: `${to.ip} is ${what}: this machine has no way to it`,
    symptom: symptoms.timeout,
    remedy: "use a NodePort, a LoadBalancer or kubectl port-forward, or ask from a pod",
  });
}

/** localhost stands for the nodes: a node port that is open here leads to one of them. */
function throughLoopback({ ip, port }: Address, trail: Trail, world: WhyWorld): Address | undefined {
  const all = world.informers.for(services).list();
  const balanced = all.find(({ status }) => status?.loadBalancer?.ingress?.some((one) => one.ip === ip));
  const owner =
    balanced ??
    all.find(({ spec }) =>
      spec.ports?.some(({ nodePort, protocol = "TCP" }) => nodePort === port && protocol === "TCP"),
    );
  if (!owner) return noOwner(port, all, trail);
  const id = `${owner.metadata.namespace ?? ""}/${owner.metadata.name}`;
  const open = world.hostPorts(id);
  const found = open?.find(({ wanted }) => wanted.port === port && (!balanced || wanted.ip === ip));
  if (open && !found) {
    return trail.broken("this machine", {
      text: `the Service ${id} has ${ip}:${port}, but it is not open on this machine`,
      symptom: symptoms.refused,
      remedy: `kubectl -n ${owner.metadata.namespace ?? ""} describe service ${owner.metadata.name}: its events say who has the port`,
    });
  }
  if (found && (found.open.ip !== found.wanted.ip || found.open.port !== found.wanted.port)) {
    trail.warn("this machine", `${ip}:${port} is open as ${found.open.ip}:${found.open.port}`, {
      remedy: `use ${found.open.ip}:${found.open.port}`,
    });
  }
  if (balanced) return { ip, port };
  const node = world.proxy.entryFor(port, "TCP");
  if (!node)
    return trail.broken("node", { text: "no node is up", symptom: symptoms.refused, remedy: "kubectl get nodes" });
  trail.ok("node port", `node port ${port} of this machine leads in through the node ${node.name}`);
  return { ip: node.ip, port };
}

function noOwner(port: number, all: readonly Service[], trail: Trail): undefined {
  const taken = all.flatMap(({ spec, metadata }) =>
    (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [`${metadata.name}: ${nodePort}`] : [])),
  );
  const isClusterPort = all.find(({ spec }) => spec.ports?.some((one) => one.port === port));
  return trail.broken("node port", {
    text: `no Service has the node port ${port}`,
    symptom: symptoms.refused,
    details: taken,
    remedy: isClusterPort
      ? `${port} is the port of Service ${isClusterPort.metadata.name} inside the cluster; outside it needs type NodePort and its node port`
      : "kubectl get services shows node ports behind the colon, as in 80:30080/TCP",
  });
}
