import { sameTree } from "../../api/object.ts";
import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import type { Node, Taint } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { Column, ResourceDefinition } from "../definition.ts";
import { check, labelValue, qualifiedName } from "../names.ts";

const columns: readonly Column<Node>[] = [
  name,
  { name: "Status", value: (node) => statusText(node) },
  { name: "Roles", value: (node) => rolesOf(node).join(",") || "<none>" },
  age,
  { name: "Version", value: ({ status }) => status?.nodeInfo?.kubeletVersion ?? "" },
  { name: "Internal-IP", priority: 1, value: (node) => addressOf(node, "InternalIP") },
  { name: "External-IP", priority: 1, value: (node) => addressOf(node, "ExternalIP") },
  { name: "OS-Image", priority: 1, value: ({ status }) => status?.nodeInfo?.osImage || "<unknown>" },
  { name: "Kernel-Version", priority: 1, value: ({ status }) => status?.nodeInfo?.kernelVersion || "<unknown>" },
  {
    name: "Container-Runtime",
    priority: 1,
    value: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || "<unknown>",
  },
];

/** https://kubernetes.io/docs/concepts/architecture/nodes/ */
export const nodes: ResourceDefinition<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  namespaced: false,
  type: "io.k8s.api.core.v1.Node",
  subresources: ["proxy", "status"],
  columns,
  selectableFields: { "spec.unschedulable": ({ spec }) => String(spec.unschedulable ?? false) },

  default(node) {
    node.spec ??= {};
    const { spec, status } = node;
    if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
    else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
    if (status?.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
  },

  validate: (node, previous) => [
    ...taintErrors(node.spec.taints ?? []),
    ...(previous ? changeErrors(node, previous) : []),
  ],
};

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const text = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec.unschedulable ? `${text},SchedulingDisabled` : text;
}

const rolePrefix = "node-role.kubernetes.io/";

function rolesOf({ metadata }: Node): string[] {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length);
    return key === "kubernetes.io/role" ? value : "";
  });
  return [...new Set(roles.filter((role) => role !== ""))].toSorted();
}

function addressOf({ status }: Node, type: string): string {
  return status?.addresses?.find((one) => one.type === type)?.address ?? "<none>";
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function taintErrors(taints: readonly Taint[]): FieldError[] {
  return taints.flatMap((taint, index) => {
    const field = `spec.taints[${index}]`;
    const { key, effect, value = "" } = taint;
    const problems = labelValue(value);
    const errors = check(`${field}.key`, key, qualifiedName);
    if (problems.length > 0) errors.push(invalid(`${field}.value`, value, problems.join(";")));
    if (!effect) errors.push(required(`${field}.effect`));
    else if (!effects.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, effects));
    const isRepeated = taints.slice(0, index).some((other) => other.key === key && other.effect === effect);
    return isRepeated ? [...errors, repeatedTaint(field, taint)] : errors;
  });
}

/** Upstream shows the Go value. */
function repeatedTaint(field: string, { key, value = "", effect }: Taint): FieldError {
  const shown = `core.Taint{Key:"${key}", Value:"${value}", Effect:"${effect}", TimeAdded:<nil>}`;
  const message = `Duplicate value: ${shown}: taints must be unique by key and effect pair`;
  return { reason: "FieldValueDuplicate", field, message };
}

function changeErrors({ spec }: Node, { spec: before }: Node): FieldError[] {
  const once = (field: string): FieldError =>
    notAllowed(`spec.${field}`, `node updates may not change ${field} except from "" to valid`);
  const rest = ({
    taints: _t,
    unschedulable: _u,
    podCIDR: _c,
    podCIDRs: _s,
    providerID: _p,
    ...kept
  }: Node["spec"]): unknown => kept;
  const errors: FieldError[] = [];
  if (before.podCIDRs?.length && !sameTree(spec.podCIDRs ?? [], before.podCIDRs)) {
    errors.push(notAllowed("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'));
  }
  if (before.providerID && spec.providerID !== before.providerID) errors.push(once("providerID"));
  if (!sameTree(rest(spec), rest(before))) {
    const why =
      "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)";
    errors.push(notAllowed("", why));
  }
  return errors;
}
