import { duplicate, type FieldError, invalid, notAllowed } from "../../../api/status.ts";
import type { ContainerStatus, Pod, PodStatus } from "../../../api/types.gen.ts";
import { each, immutable, ipAddress } from "../../field-checks.ts";
import { check, dnsSubdomain, qualifiedName } from "../../names.ts";

/** Changes of a pod's status that the world cannot have brought about. */
export function podStatusErrors({ status = {}, spec }: Pod, previous: Pod): FieldError[] {
  const old = previous.status ?? {};
  const { nominatedNodeName } = status;
  const isNewNomination = nominatedNodeName && nominatedNodeName !== old.nominatedNodeName;
  return [
    ...conditionErrors(status),
    ...(isNewNomination ? check("status.nominatedNodeName", nominatedNodeName, dnsSubdomain) : []),
    ...immutable("status.qosClass", status.qosClass, old.qosClass),
    ...revivalErrors("containerStatuses", status, old, spec),
    ...revivalErrors("initContainerStatuses", status, old, spec),
    ...revivalErrors("ephemeralContainerStatuses", status, old, { restartPolicy: "Never" }),
    ...addressErrors("status.podIPs", status.podIPs ?? []),
    ...hostAddressErrors(status),
  ];
}

const systemConditions = new Set(["PodScheduled", "Ready", "Initialized"]);

/** Upstream takes conditions for metadata. */
function conditionErrors({ conditions }: PodStatus): FieldError[] {
  return each("metadata.conditions", conditions, ({ type }, path) =>
    systemConditions.has(type) ? [] : check(`${path}.Type`, type ?? "", qualifiedName),
  );
}

/** A container that has ended for good stays ended. */
function revivalErrors(
  list: "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses",
  status: PodStatus,
  old: PodStatus,
  { restartPolicy, initContainers }: Partial<Pod["spec"]>,
): FieldError[] {
  if (restartPolicy === "Always") return [];
  const isSidecar = (name: string): boolean =>
    initContainers?.some((one) => one.name === name && one.restartPolicy === "Always") ?? false;
  return each(`status.${list}`, old[list], ({ name, state }, path) => {
    const ended = state?.terminated;
    const next: ContainerStatus | undefined = status[list]?.find((one) => one.name === name);
    const mayRestart = ended && ended.exitCode !== 0 && restartPolicy === "OnFailure";
    if (!ended || !next || next.state?.terminated || mayRestart || isSidecar(name)) return [];
    return [notAllowed(`${path}.state`, "may not be transitioned to non-terminated state")];
  });
}

function hostAddressErrors({ hostIP, hostIPs = [] }: PodStatus): FieldError[] {
  const first = hostIPs[0]?.ip;
  if (first === undefined) return [];
  const differs = first !== (hostIP ?? "");
  return [
    ...(differs ? [invalid("status.hostIPs[0].ip", first, "must be equal to `hostIP`")] : []),
    ...addressErrors("status.hostIPs", hostIPs),
  ];
}

/** One of each family at most. */
function addressErrors(field: string, addresses: readonly { readonly ip?: string }[]): FieldError[] {
  const families = addresses.map(({ ip = "" }) => (ip.includes(":") ? 6 : 4));
  const known = new Set<string>();
  const why = "may specify no more than one IP for each IP family";
  return [
    ...each(field, addresses, ({ ip }, path) => ipAddress(path, ip)),
    ...(new Set(families).size < families.length ? [invalid(field, addresses, why)] : []),
    ...each(field, addresses, (address, path) => {
      const { ip = "" } = address;
      const isKnown = known.has(ip);
      known.add(ip);
      return isKnown ? [duplicate(path, address)] : [];
    }),
  ];
}
