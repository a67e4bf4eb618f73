import type { PolicyVerdict } from "../policy/network-policies.ts";

/** What a NetworkPolicy forbids, in words. */
export function blockedText({ direction, policies }: PolicyVerdict): string {
  const names = policies.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`).join(", ");
  const [what, whose] = direction === "Egress" ? ["leave", "the client's pod"] : ["reach", "the server's pod"];
  return policies.length === 1
    ? `the NetworkPolicy ${names} lets only what it lists ${what} ${whose}, and this is not among it`
    : `none of the NetworkPolicies ${names} lets this ${what} ${whose}`;
}
