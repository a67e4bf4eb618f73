import { podByIp } from "../client/pods-by-ip.ts";
import type { Address, Flow } from "../network/network.ts";
import { nodes } from "../resources/core/node.ts";
import { symptoms } from "./diagnosis.ts";
import { blockedText } from "./policy.ts";
import type { Trail } from "./trail.ts";
import type { Source, WhyWorld } from "./world.ts";

interface Following {
  readonly trail: Trail;
  readonly world: WhyWorld;
}

/** What is wrong with one endpoint for one client. */
interface Problem {
  readonly step: "policy" | "node" | "listener";
  /** After the endpoint's name. */
  readonly text: string;
  readonly symptom: string;
  readonly remedy: string;
}

/** The last stretch: policies, the node, and a process that listens. A Service sends some requests to each endpoint. */
export function atBackends(backends: readonly Address[], source: Source, { trail, world }: Following): void {
  const judged = backends.map((to) => ({ to, problem: problemWith(to, source, world) }));
  const good = judged.filter(({ problem }) => problem === undefined);
  const [worst] = judged.flatMap(({ to, problem }) => (problem ? [{ ...problem, to }] : []));
  if (!worst) {
    trail.ok("policy", policyText(source, world));
    trail.ok(
      "listener",
      judged.length === 1 ? `${describe(backends[0], world)} listens` : `all ${judged.length} endpoints listen`,
    );
    return;
  }
  const details = judged.map(({ to, problem }) => `${describe(to, world)}: ${problem?.text ?? "answers"}`);
  const { text, symptom, remedy, step, to } = worst;
  if (good.length === 0) {
    const more = details.length > 1 ? details : [];
    trail.broken(step, { text: `${describe(to, world)}: ${text}`, symptom, remedy, details: more });
  } else {
    trail.warn(step, `${judged.length - good.length} of ${judged.length} requests fail: ${text}`, { details, remedy });
  }
}

function problemWith(to: Address, source: Source, world: WhyWorld): Problem | undefined {
  const flow: Flow = { protocol: "TCP", from: { ip: source.ip, port: 0 }, to };
  const verdict = world.policies.judge(flow);
  if (!verdict.isAllowed) {
    const remedy = verdict.direction === "Egress" ? "add an egress rule for it" : "add an ingress rule for it";
    return { step: "policy", text: blockedText(verdict), symptom: symptoms.timeout, remedy };
  }
  return nodeProblem(to, flow, world) ?? listenerProblem(to, world);
}

function nodeProblem({ ip }: Address, flow: Flow, { network, proxy, informers }: WhyWorld): Problem | undefined {
  const place = proxy.nodes.of(ip);
  const node = place && informers.for(nodes).get({ namespace: "", name: place.name });
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  const where = place ? `the node ${place.name}${ready === "True" ? "" : ", which is not ready"}` : "no node";
  const remedy = place ? `kubectl describe node ${place.name}` : "kubectl get nodes";
  if (!network.hasHost(ip)) {
    return {
      step: "node",
      text: `nobody has the address; it belongs to ${where}`,
      symptom: symptoms.unreachable,
      remedy,
    };
  }
  const route = network.route(flow);
  if (route === "drop" || (route === "refuse" && network.listenerAt(flow.to))) {
    const symptom = route === "drop" ? symptoms.timeout : symptoms.refused;
    const text = `a fault that was injected keeps requests away from ${where}`;
    return { step: "node", text, symptom, remedy: "end the fault (picokube faults, or the ConfigMap it came from)" };
  }
  return undefined;
}

function listenerProblem(to: Address, world: WhyWorld): Problem | undefined {
  if (world.network.listenerAt(to)) return undefined;
  const open = world.network
    .sockets(to.ip)
    .filter(({ protocol, state, local }) => protocol === "TCP" && state === "listening" && local.port !== to.port)
    .map(({ local }) => local.port);
  const others = [...new Set(open)];
  const text = `nothing listens on port ${to.port}, ${others.length > 0 ? `but on ${others.join(", ")}` : "nor on any other"}`;
  const remedy =
    others.length > 0
      ? `set the Service's targetPort to ${others[0]}`
      : "look at the container's logs: does its server start, and on which port?";
  return { step: "listener", text, symptom: symptoms.refused, remedy };
}

function describe(to: Address | undefined, { informers, proxy }: WhyWorld): string {
  if (!to) return "nothing";
  const pod = podByIp(informers)(to.ip);
  const node = proxy.nodes.withIp(to.ip);
  const name = pod ? `pod ${pod.metadata.name}` : node ? `node ${node.name}` : "the host";
  return `${name} (${to.ip}:${to.port})`;
}

function policyText(source: Source, { policies }: WhyWorld): string {
  return policies.count === 0
    ? "there are no NetworkPolicies"
    : `no NetworkPolicy forbids it to ${source.pod ? "the pod" : "this machine"}`;
}
