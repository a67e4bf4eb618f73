import { hasEnded, nameOf, type State } from "../state.ts";
import type { Rule } from "./rule.ts";

/** An address and a node port have one holder, and every Service has the address it needs. */
export const allocation: Rule = (state) => [
  ...doubles(podIps(state)),
  ...doubles(clusterIps(state)),
  ...doubles(nodePorts(state)),
  ...state.services.flatMap((service) => (service.spec.clusterIP ? [] : [`${nameOf(service)} has no address`])),
];

/** What is held, and by whom. */
type Held = readonly [what: string, holder: string];

function podIps({ pods }: State): Held[] {
  return pods.flatMap((pod): Held[] => {
    const ip = pod.status?.podIP;
    return ip && !pod.spec.hostNetwork && !hasEnded(pod) ? [[ip, nameOf(pod)]] : [];
  });
}

function clusterIps({ services }: State): Held[] {
  return services.flatMap((service): Held[] => {
    const { clusterIP = "" } = service.spec;
    return clusterIP === "None" ? [] : [[clusterIP, nameOf(service)]];
  });
}

function nodePorts({ services }: State): Held[] {
  return services.flatMap((service) =>
    (service.spec.ports ?? []).flatMap(({ nodePort, protocol }): Held[] =>
      nodePort ? [[`node port ${nodePort}/${protocol}`, nameOf(service)]] : [],
    ),
  );
}

function doubles(held: readonly Held[]): string[] {
  const holders = new Map<string, string>();
  return held.flatMap(([what, holder]) => {
    const other = holders.get(what);
    holders.set(what, holder);
    return other === undefined ? [] : [`${what} is held by both ${other} and ${holder}`];
  });
}
