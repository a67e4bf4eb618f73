import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { PodSpec } from "../../api/types.gen.ts";
import { each, inRange, oneOf, oneOfIfSet } from "../field-checks.ts";
import { check, dnsLabel, dnsSubdomain, qualifiedName } from "../names.ts";
import { containerErrors } from "./validate-containers.ts";
import { dnsErrors, hostAliasErrors } from "./validate-dns.ts";
import { amountErrors } from "./validate-resources.ts";
import { schedulingErrors } from "./validate-scheduling.ts";
import { podSecurityContextErrors } from "./validate-security-context.ts";
import { checkVolumes } from "./validate-volumes.ts";
import { operatingSystemErrors } from "./validate-windows.ts";

export interface PodSpecPlace {
  /** The path of the spec. */
  readonly field: string;
  /** Of a pod itself, not of a template; "" before it has one. */
  readonly podName?: string;
}

/** All that is wrong with a pod's spec. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export function podSpecErrors(spec: PodSpec, { field, podName }: PodSpecPlace): FieldError[] {
  const volumes = checkVolumes(`${field}.volumes`, spec.volumes, podName ?? "");
  const { securityContext } = spec;
  return [
    ...(spec.terminationGracePeriodSeconds === undefined ? [required(`${field}.terminationGracePeriodSeconds`)] : []),
    ...volumes.errors,
    ...containerErrors(field, spec, volumes.sound),
    ...hostNetworkErrors(`${field}.containers`, spec, podName !== undefined),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, ["Always", "OnFailure", "Never"]),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]),
    ...(securityContext ? podSecurityContextErrors(`${field}.securityContext`, securityContext, spec) : []),
    ...dnsErrors(`${field}.dnsConfig`, spec),
    ...each(`${field}.readinessGates`, spec.readinessGates, ({ conditionType }, path) =>
      check(`${path}.conditionType`, conditionType ?? "", qualifiedName),
    ),
    ...schedulingErrors(field, spec),
    ...nameErrors(field, spec),
    ...inRange(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, 2_147_483_647),
    ...hostAliasErrors(`${field}.hostAliases`, spec.hostAliases),
    ...oneOfIfSet(`${field}.preemptionPolicy`, spec.preemptionPolicy, ["PreemptLowerPriority", "Never"]),
    ...amountErrors(`${field}.overhead`, spec.overhead ?? {}),
    ...operatingSystemErrors(field, spec),
  ];
}

/** On the host's network a port of a container is a port of the node. */
function hostNetworkErrors(field: string, { hostNetwork, containers }: PodSpec, isPod: boolean): FieldError[] {
  if (!hostNetwork) return [];
  const why = "must match `containerPort` when `hostNetwork` is true";
  return each(field, containers, ({ ports }, path) =>
    each(`${path}.ports`, ports, ({ hostPort = 0, containerPort }, portPath) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort ? [invalid(`${portPath}.hostPort`, hostPort, why)] : [],
    ),
  );
}

/** Names of other objects, and the names by which the pod is known. */
function nameErrors(field: string, spec: PodSpec): FieldError[] {
  const subdomains = ["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"] as const;
  const labels = ["hostname", "subdomain"] as const;
  const checked = (
    name: (typeof subdomains)[number] | (typeof labels)[number],
    rule: typeof dnsLabel,
  ): FieldError[] => {
    const text = spec[name];
    return text ? check(`${field}.${name}`, text, rule) : [];
  };
  return [
    ...subdomains.flatMap((name) => checked(name, dnsSubdomain)),
    ...labels.flatMap((name) => checked(name, dnsLabel)),
  ];
}

/** Ephemeral containers come later, through a door of their own. */
export function noEphemeralErrors(field: string, { ephemeralContainers }: PodSpec, why: string): FieldError[] {
  return ephemeralContainers?.length ? [notAllowed(`${field}.ephemeralContainers`, why)] : [];
}
