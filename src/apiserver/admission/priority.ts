import type { Mutable } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { Pod, PriorityClass } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

/** Turns a priority class's name into its number, which an update need not repeat. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export const priority: AdmissionStep = {
  name: "Priority",

  admit({ operation, subresource, resource, object, previous, registry }) {
    if (resource.plural !== "pods" || resource.group !== "" || subresource !== "") return;
    const { spec, metadata } = object as Mutable<Pod>;
    if (operation === "UPDATE") return keep(spec, (previous as Pod).spec);
    const classes = registry.catalogue.find("scheduling.k8s.io", "v1", "priorityclasses");
    const all = classes ? (registry.list(classes) as readonly PriorityClass[]) : [];
    const name = spec.priorityClassName;
    const found = name ? all.find((one) => one.metadata.name === name) : defaultClass(all);
    if (name && !found) {
      throw forbidden({ group: "", plural: "pods" }, metadata.name, `no PriorityClass with name ${name} was found`);
    }
    const computed = { priority: found?.value ?? 0, policy: found?.preemptionPolicy ?? "PreemptLowerPriority" };
    const problem = givenProblem(spec, computed);
    if (problem !== undefined) throw forbidden({ group: "", plural: "pods" }, metadata.name, problem);
    if (found) spec.priorityClassName = found.metadata.name;
    spec.priority = computed.priority;
    spec.preemptionPolicy = computed.policy;
  },
};

function keep(spec: Mutable<Pod["spec"]>, { priority: number, preemptionPolicy: policy }: Pod["spec"]): void {
  if (number !== undefined) spec.priority ??= number;
  if (policy !== undefined) spec.preemptionPolicy ??= policy;
}

interface Computed {
  readonly priority: number;
  readonly policy: "Never" | "PreemptLowerPriority";
}

/** What follows from a class may be written down, but not otherwise than it follows. */
function givenProblem({ priority: given, preemptionPolicy }: Pod["spec"], computed: Computed): string | undefined {
  const why = (what: string, value: number | string): string =>
    `the ${what} must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`;
  if (given !== undefined && given !== computed.priority)
    return why(`integer value of priority (${given})`, computed.priority);
  if (preemptionPolicy !== undefined && preemptionPolicy !== computed.policy)
    return why(`string value of PreemptionPolicy (${preemptionPolicy})`, computed.policy);
  return undefined;
}

/** Of several defaults the one with the lowest value counts. */
function defaultClass(all: readonly PriorityClass[]): PriorityClass | undefined {
  return all.filter(({ globalDefault }) => globalDefault).toSorted((a, b) => a.value - b.value)[0];
}
