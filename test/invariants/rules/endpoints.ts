import { matchesLabels } from "../../../src/api/selectors.ts";
import type { Pod, Service } from "../../../src/api/types.gen.ts";
import { hasEnded, isActive, isReady, nameOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** Endpoints and slices have the ready pods that a Service selects as ready, and no others. */
export const endpoints: Rule = (state) =>
  state.services.filter((service) => hasEndpoints(service, state)).flatMap((service) => wrongEndpoints(service, state));

function hasEndpoints({ metadata, spec }: Service, { namespaces }: State): boolean {
  const home = namespaces.find(({ metadata: { name } }) => name === metadata.namespace);
  return spec.selector !== undefined && home?.metadata.deletionTimestamp === undefined;
}

function wrongEndpoints(service: Service, state: State): string[] {
  const wanted = listed(podsBehind(service, state).filter((pod) => isActive(pod) && isReady(pod)));
  const found: [string, string][] = [
    ["Endpoints", addressesOf(service, state)],
    ["EndpointSlices", readyInSlices(service, state)],
  ];
  return found.flatMap(([where, ips]) =>
    ips === wanted ? [] : [`${nameOf(service)}: ${where} have [${ips}], ready are [${wanted}]`],
  );
}

function podsBehind({ metadata, spec }: Service, { pods }: State): readonly Pod[] {
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      matchesLabels(spec.selector ?? {}, pod.metadata.labels ?? {}) &&
      !hasEnded(pod),
  );
}

function addressesOf({ metadata }: Service, { endpoints: all }: State): string {
  const own = all.find((one) => one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace);
  return sorted((own?.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)));
}

function readyInSlices({ metadata }: Service, { endpointSlices }: State): string {
  const own = endpointSlices.filter(
    (slice) =>
      slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name &&
      slice.metadata.namespace === metadata.namespace,
  );
  return sorted(
    own.flatMap(({ endpoints: all }) =>
      all.flatMap(({ addresses, conditions }) => (conditions?.ready ? addresses : [])),
    ),
  );
}

function listed(pods: readonly Pod[]): string {
  return sorted(pods.map(({ status }) => status?.podIP ?? ""));
}

function sorted(ips: readonly string[]): string {
  return ips.toSorted().join(" ");
}
