import { isNotFound } from "../../api/status.ts";
import type { Lease, Node, Pod } from "../../api/types.gen.ts";
import { ageOf } from "../durations.ts";
import { byBytes } from "../printers/go-json.ts";
import { listAll } from "../targets.ts";
import type { Call } from "../verb.ts";
import { describer, type Describer } from "./describer.ts";
import { type Description, longTime } from "./description.ts";
import { describeAllocated, podAmounts, percent } from "./node-resources.ts";

export const node: Describer = describer<Node>("", "Node", async (object, { to, call, now }) => {
  const { metadata, spec, status } = object;
  to.field("Name", metadata.name);
  to.field("Roles", rolesOf(object));
  to.labels("Labels", metadata.labels);
  to.annotations("Annotations", metadata.annotations);
  to.field("CreationTimestamp", longTime(metadata.creationTimestamp));
  describeTaints(spec.taints, to);
  to.field("Unschedulable", spec.unschedulable ?? false);
  describeLease(await leaseOf(metadata.name, call), metadata.name, to);
  describeConditions(object, to);
  to.line("Addresses:");
  for (const { type, address } of status?.addresses ?? []) to.field(type, address, 1);
  describeAmounts("Capacity", status?.capacity, to);
  describeAmounts("Allocatable", status?.allocatable, to);
  describeSystem(object, to);
  to.optional("PodCIDR", spec.podCIDR);
  if ((spec.podCIDRs ?? []).length > 0) to.field("PodCIDRs", (spec.podCIDRs ?? []).join(","));
  to.optional("ProviderID", spec.providerID);
  const selector = `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  const pods = await listAll<Pod>("/api/v1/pods", call, { fieldSelector: selector });
  describePods(pods, { node: object, now }, to);
  describeAllocated(pods, object, to);
});

function rolesOf({ metadata }: Node): string {
  const prefix = "node-role.kubernetes.io/";
  const labels = Object.entries(metadata.labels ?? {});
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return key.length > prefix.length ? [key.slice(prefix.length)] : [];
    return key === "kubernetes.io/role" && value !== "" ? [value] : [];
  });
  return [...new Set(roles)].toSorted(byBytes).join(",") || "<none>";
}

function describeTaints(taints: NonNullable<Node["spec"]>["taints"], to: Description): void {
  const texts = (taints ?? [])
    .toSorted((a, b) => byBytes(a.effect, b.effect) || byBytes(a.key, b.key))
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`);
  if (texts.length === 0) return to.field("Taints", "<none>");
  for (const [index, text] of texts.entries()) to.line(`${index === 0 ? "Taints:" : ""}\t${text}`);
}

async function leaseOf(name: string, { rest }: Call): Promise<Lease | undefined> {
  try {
    return await rest.json<Lease>("GET", `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function describeLease(lease: Lease | undefined, name: string, to: Description): void {
  if (!lease)
    return to.line(`Lease:\tFailed to get lease: leases.coordination.k8s.io ${JSON.stringify(name)} not found`);
  to.line("Lease:");
  to.field("HolderIdentity", lease.spec?.holderIdentity ?? "<unset>", 1);
  to.field("AcquireTime", lease.spec?.acquireTime ? longTime(lease.spec.acquireTime) : "<unset>", 1);
  to.field("RenewTime", lease.spec?.renewTime ? longTime(lease.spec.renewTime) : "<unset>", 1);
}

function describeConditions({ status }: Node, to: Description): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  to.line("Conditions:");
  to.line("Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage", 1);
  to.line("----\t------\t-----------------\t------------------\t------\t-------", 1);
  for (const { type, status: is, lastHeartbeatTime, lastTransitionTime, reason = "", message = "" } of conditions) {
    to.line(
      `${type} \t${is} \t${longTime(lastHeartbeatTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
      1,
    );
  }
}

function describeAmounts(title: string, amounts: Readonly<Record<string, string>> | undefined, to: Description): void {
  const names = Object.keys(amounts ?? {}).toSorted(byBytes);
  if (names.length === 0) return;
  to.line(`${title}:`);
  for (const name of names) to.field(name, amounts?.[name] ?? "", 1);
}

function describeSystem({ status }: Node, to: Description): void {
  const info = status?.nodeInfo;
  to.line("System Info:");
  to.field("Machine ID", info?.machineID ?? "", 1);
  to.field("System UUID", info?.systemUUID ?? "", 1);
  to.field("Boot ID", info?.bootID ?? "", 1);
  to.field("Kernel Version", info?.kernelVersion ?? "", 1);
  to.field("OS Image", info?.osImage ?? "", 1);
  to.field("Operating System", info?.operatingSystem ?? "", 1);
  to.field("Architecture", info?.architecture ?? "", 1);
  to.field("Container Runtime Version", info?.containerRuntimeVersion ?? "", 1);
  to.field("Kubelet Version", info?.kubeletVersion ?? "", 1);
  to.field("Kube-Proxy Version", info?.kubeProxyVersion ?? "", 1);
}

function describePods(pods: readonly Pod[], { node: object, now }: { node: Node; now: number }, to: Description): void {
  to.line(`Non-terminated Pods:\t(${pods.length} in total)`);
  to.line("Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge", 1);
  to.line("---------\t----\t\t------------\t----------\t---------------\t-------------\t---", 1);
  const allocatable = object.status?.allocatable ?? {};
  for (const pod of pods) {
    const { requests, limits } = podAmounts(pod);
    const cell = (amounts: typeof requests, name: string): string => percent(amounts.get(name), name, allocatable);
    const cells = [cell(requests, "cpu"), cell(limits, "cpu"), cell(requests, "memory"), cell(limits, "memory")];
    const { namespace = "", name, creationTimestamp } = pod.metadata;
    to.line(`${namespace}\t${name}\t\t${cells.join("\t")}\t${ageOf(creationTimestamp, now)}`, 1);
  }
}
