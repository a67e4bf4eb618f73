import { formatLabels } from "../api/selectors.ts";
import type { Pod, Service, ServicePort } from "../api/types.gen.ts";
import { slicesByService } from "../client/service-slices.ts";
import { pods } from "../resources/core/pod.ts";
import { podProblem } from "./pod-problem.ts";
import { similarTo } from "./similar.ts";
import type { WhyWorld } from "./world.ts";

/** What is behind a Service, pod by pod. */
export interface EndpointFindings {
  /** In one line: `2 of 3 pods`. */
  readonly text: string;
  readonly details: readonly string[];
  /** Where something keeps pods out: what would let them in. */
  readonly remedy: string;
}

const mostPods = 10;

/** Goes through the pods that a Service could mean, and says of each why it is an endpoint or not. */
export function endpointsOf(service: Service, world: WhyWorld): EndpointFindings {
  const { selector = {} } = service.spec;
  const { namespace = "", name } = service.metadata;
  if (Object.keys(selector).length === 0) return handMade(`${namespace}/${name}`, world);
  const verdicts = world.informers
    .for(pods)
    .list(namespace)
    .map((pod) => verdictOn(pod, service))
    .toSorted((a, b) => b.nearness - a.nearness);
  const matching = verdicts.filter(({ isSelected }) => isSelected);
  const usable = matching.filter(({ problem }) => problem === undefined);
  const shown = matching.length > 0 ? matching : verdicts.filter(({ nearness }) => nearness > 0);
  return {
    text: `${usable.length} of ${matching.length} pods with ${formatLabels(selector)} can take requests`,
    details: shown
      .slice(0, mostPods)
      .map(({ pod, problem }) => `${pod.metadata.name}: ${problem ?? `ready at ${pod.status?.podIP ?? ""}`}`),
    remedy: remedyFor(service, { matching, near: shown }),
  };
}

interface Verdict {
  readonly pod: Pod;
  readonly isSelected: boolean;
  /** How many of the selector's labels it has; less when one has another value. */
  readonly nearness: number;
  /** undefined: it is an endpoint. */
  readonly problem: string | undefined;
}

function verdictOn(pod: Pod, service: Service): Verdict {
  const labels = pod.metadata.labels ?? {};
  const wanted = Object.entries(service.spec.selector ?? {});
  const wrong = wanted.filter(([key, value]) => labels[key] !== value);
  const nearness =
    wanted.length - wrong.length + wrong.reduce((sum, [key, value]) => sum + likeness(value, labels[key]), 0);
  if (wrong.length > 0) {
    const differences = wrong.map(([key, value]) => `${key} is ${labels[key] ?? "not set"}, not ${value}`);
    return { pod, isSelected: false, nearness, problem: `label ${differences.join("; ")}` };
  }
  const tolerated = service.spec.publishNotReadyAddresses === true && pod.status?.podIP !== undefined;
  const problem = (tolerated ? undefined : podProblem(pod)) ?? portProblem(pod, service.spec.ports ?? []);
  return { pod, isSelected: true, nearness, problem };
}

/** At most a half: how much a label's value looks like a wrong way to write the right one. */
function likeness(wanted: string, actual: string | undefined): number {
  if (actual === undefined) return 0;
  const isTypo = similarTo(wanted, [actual]).length > 0 || actual.includes(wanted) || wanted.includes(actual);
  return isTypo ? 0.5 : 0.25;
}

/** A target port by name that the pod does not declare. */
function portProblem(pod: Pod, ports: readonly ServicePort[]): string | undefined {
  const declared = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const missing = ports.find(
    ({ targetPort }) => typeof targetPort === "string" && !declared.some(({ name }) => name === targetPort),
  );
  return missing && `no container of it declares a port named ${String(missing.targetPort)}`;
}

function remedyFor(
  service: Service,
  { matching, near }: { matching: readonly Verdict[]; near: readonly Verdict[] },
): string {
  const { namespace = "", name } = service.metadata;
  const selector = formatLabels(service.spec.selector);
  const broken = matching.find(({ problem }) => problem !== undefined);
  if (broken) return `kubectl -n ${namespace} describe pod ${broken.pod.metadata.name}`;
  const [nearest] = near;
  if (nearest) {
    const labels = formatLabels(nearest.pod.metadata.labels);
    return `make the selector of Service ${name} (${selector}) and the labels of the pods (${labels}) agree`;
  }
  return `there is no pod with ${selector}: start one, or scale up what makes them`;
}

function handMade(id: string, world: WhyWorld): EndpointFindings {
  const addresses = slicesByService(world.informers)(id).flatMap(({ endpoints }) =>
    endpoints.flatMap((endpoint) =>
      endpoint.addresses.map((ip) => `${ip}: ${(endpoint.conditions?.ready ?? true) ? "ready" : "not ready"}`),
    ),
  );
  return {
    text: `the Service has no selector: its endpoints are made by hand, ${addresses.length} of them`,
    details: addresses.slice(0, mostPods),
    remedy: "give the Service a selector, or make Endpoints or an EndpointSlice for it",
  };
}
