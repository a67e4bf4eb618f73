import { type FieldError, notAllowed } from "../../api/status.ts";
import type { PriorityClass } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { immutable, oneOfIfSet } from "../field-checks.ts";

const highestForUsers = 1_000_000_000;
const system: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export const priorityClasses: ResourceDefinition<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  shortNames: ["pc"],
  namespaced: false,
  type: "io.k8s.api.scheduling.v1.PriorityClass",
  tracksGeneration: true,
  columns: [
    name,
    { name: "Value", type: "integer", value: ({ value }) => value },
    { name: "Global-Default", type: "boolean", value: ({ globalDefault = false }) => globalDefault },
    age,
    { name: "PreemptionPolicy", value: ({ preemptionPolicy }) => preemptionPolicy ?? "" },
  ],

  default(priorityClass) {
    priorityClass.value ??= 0;
    priorityClass.preemptionPolicy ??= "PreemptLowerPriority";
  },

  validate: (priorityClass, previous) => [
    ...reservedErrors(priorityClass),
    ...oneOfIfSet("preemptionPolicy", priorityClass.preemptionPolicy, ["PreemptLowerPriority", "Never"]),
    ...(previous ? changeErrors(priorityClass, previous) : []),
  ],
};

function reservedErrors({ metadata, value }: PriorityClass): FieldError[] {
  if (metadata.name.startsWith("system-")) {
    if (system[metadata.name] === value) return [];
    const why = "priority class names with 'system-' prefix are reserved for system use only";
    return [notAllowed("metadata.name", why)];
  }
  if (value <= highestForUsers) return [];
  return [notAllowed("value", `maximum allowed value of a user defined priority is ${highestForUsers}`)];
}

function changeErrors(priorityClass: PriorityClass, previous: PriorityClass): FieldError[] {
  const errors = immutable("preemptionPolicy", priorityClass.preemptionPolicy, previous.preemptionPolicy);
  return priorityClass.value === previous.value
    ? errors
    : [...errors, notAllowed("value", "may not be changed in an update.")];
}
