import type { Pod, Service } from "../api/types.gen.ts";
import { dnsQuery } from "../network/dns-message.ts";
import { candidatesFor, parseHosts, parseResolvConf, type ResolvConf } from "../network/resolver-files.ts";
import { services } from "../resources/core/service.ts";
import { symptoms } from "./diagnosis.ts";
import { endpointsOf } from "./endpoints.ts";
import { blockedText } from "./policy.ts";
import { similarTo } from "./similar.ts";
import type { Trail } from "./trail.ts";
import type { WhyWorld } from "./world.ts";

const step = "name";
const dnsPort = 53;

interface Asking {
  readonly trail: Trail;
  readonly world: WhyWorld;
}

/** The address a pod gets for a name. undefined: none. */
export function resolve(host: string, { pod, ip }: { pod: Pod; ip: string }, asking: Asking): string | undefined {
  if (/^[\d.]+$/u.test(host)) return host;
  const { trail, world } = asking;
  const files = world.resolverFiles(pod);
  if (!files) return trail.broken(step, { text: "the pod has no network yet", symptom: symptoms.name });
  const known = parseHosts(files.hosts).get(host)?.[0];
  if (known !== undefined) {
    trail.ok(step, `${host} is ${known}, as the pod's /etc/hosts says`);
    return known;
  }
  const config = parseResolvConf(files.resolvConf);
  if (!reachesDns(ip, config, asking)) return undefined;
  return lookUp(host, { pod, config }, asking);
}

/** Whether a DNS server hears the pod. */
function reachesDns(ip: string, { nameservers }: ResolvConf, { trail, world }: Asking): boolean {
  const [server] = nameservers;
  if (server === undefined) {
    trail.broken(step, { text: "the pod's /etc/resolv.conf names no DNS server", symptom: symptoms.name });
    return false;
  }
  if (server !== world.dnsServiceIp) return true;
  const flow = { protocol: "UDP", from: { ip, port: dnsPort }, to: { ip: server, port: dnsPort } } as const;
  const backends = world.proxy.ruleFor(flow)?.backends ?? [];
  if (backends.length === 0) {
    trail.broken(step, {
      text: `nobody answers DNS: the Service kube-system/kube-dns (${server}) has no ready endpoints`,
      symptom: symptoms.name,
      remedy:
        "kubectl -n kube-system get pods -l k8s-app=kube-dns; kubectl -n kube-system scale deployment coredns --replicas=2",
    });
    return false;
  }
  const verdicts = backends.map((to) => world.policies.judge({ ...flow, to }));
  const [blocked] = verdicts;
  if (blocked && verdicts.every(({ isAllowed }) => !isAllowed)) {
    trail.broken(step, {
      text: `the DNS server may not be asked: ${blockedText(blocked)}`,
      symptom: symptoms.name,
      remedy: "allow egress to port 53, UDP and TCP, of the pods with k8s-app=kube-dns in kube-system",
    });
    return false;
  }
  if (backends.some((to) => typeof world.network.route({ ...flow, to }) === "object")) return true;
  const text = `the DNS server (${server}) does not answer: its pods cannot be reached`;
  trail.broken(step, { text, symptom: symptoms.name, remedy: "end the fault that keeps DNS down" });
  return false;
}

function lookUp(
  host: string,
  { pod, config }: { pod: Pod; config: ResolvConf },
  { trail, world }: Asking,
): string | undefined {
  const tried: string[] = [];
  for (const name of candidatesFor(host, config)) {
    const { answers, code } = world.dns.answer(dnsQuery(0, { name, type: "A" }));
    const address = answers.find(({ type }) => type === "A");
    if (address?.type === "A") {
      trail.ok(step, `${host} is ${address.address}`, [...tried, `${name} A ${address.address}`]);
      return address.address;
    }
    const alias = answers.find(({ type }) => type === "CNAME");
    if (alias?.type === "CNAME") {
      return trail.broken(step, {
        text: `${host} is an alias (ExternalName) for ${alias.target.slice(0, -1)}, a name outside the cluster`,
        symptom: symptoms.name,
        remedy: "the simulated cluster has no way out: point the Service at something inside",
        details: [...tried, `${name} CNAME ${alias.target}`],
      });
    }
    tried.push(`${name} ${code}`);
  }
  return notFound(host, { pod, tried }, { trail, world });
}

function notFound(
  host: string,
  { pod, tried }: { pod: Pod; tried: readonly string[] },
  { trail, world }: Asking,
): undefined {
  const [name = "", namespace = pod.metadata.namespace ?? ""] = host.replace(/\.$/u, "").split(".");
  const all = world.informers.for(services);
  const meant = all.get({ namespace, name });
  if (meant?.spec.clusterIP === "None") return headlessWithoutPods(meant, { host, tried }, { trail, world });
  const elsewhere = all.list().filter(({ metadata }) => metadata.name === name);
  const near = similarTo(
    name,
    all.list(namespace).map(({ metadata }) => metadata.name),
  );
  const remedies = [
    ...elsewhere.map(
      ({ metadata }) => `${name}.${metadata.namespace}: a Service of that name is in namespace ${metadata.namespace}`,
    ),
    ...near.map((one) => `${one}: is that the Service you mean?`),
  ];
  return trail.broken(step, {
    text: `there is no Service ${name} in namespace ${namespace}`,
    symptom: symptoms.name,
    remedy: remedies[0] ?? `kubectl -n ${namespace} get services; a Service must be there before its name is`,
    details: tried,
  });
}

function headlessWithoutPods(
  service: Service,
  { host, tried }: { host: string; tried: readonly string[] },
  { trail, world }: Asking,
): undefined {
  const { details, remedy } = endpointsOf(service, world);
  return trail.broken(step, {
    text: `${host} is a headless Service without a ready pod, and so without an address`,
    symptom: symptoms.name,
    remedy,
    details: [...tried, ...details],
  });
}
