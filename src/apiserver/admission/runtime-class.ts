import { type Mutable, sameTree } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { Pod, RuntimeClass } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

/** What a pod's runtime costs, and on which nodes it is. https://kubernetes.io/docs/concepts/containers/runtime-class/ */
export const runtimeClass: AdmissionStep = {
  name: "RuntimeClass",

  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || resource.plural !== "pods" || resource.group !== "") return;
    const { spec, metadata } = object as Mutable<Pod>;
    const name = spec.runtimeClassName;
    const classes = registry.catalogue.find("node.k8s.io", "v1", "runtimeclasses");
    const found =
      name && classes ? (registry.find(classes, { namespace: "", name }) as RuntimeClass | undefined) : undefined;
    const reject = (why: string): Error => forbidden({ group: "", plural: "pods" }, metadata.name, why);
    if (name && !found) throw reject(`pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    const problem = overheadProblem(spec, found) ?? selectorProblem(spec, found);
    if (problem !== undefined) throw reject(problem);
    if (!found) return;
    const { overhead, scheduling = {} } = found;
    if (overhead?.podFixed) spec.overhead = { ...overhead.podFixed };
    if (scheduling.nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...scheduling.nodeSelector };
    const own = spec.tolerations ?? [];
    const added = (scheduling.tolerations ?? []).filter((one) => !own.some((known) => sameTree(known, one)));
    if (added.length > 0) spec.tolerations = [...own, ...added];
  },
};

function overheadProblem({ overhead }: Pod["spec"], found: RuntimeClass | undefined): string | undefined {
  if (!overhead) return undefined;
  const fixed = found?.overhead?.podFixed;
  if (!fixed) return "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
  return sameTree(overhead, fixed)
    ? undefined
    : "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
}

function selectorProblem({ nodeSelector = {} }: Pod["spec"], found: RuntimeClass | undefined): string | undefined {
  for (const [key, value] of Object.entries(found?.scheduling?.nodeSelector ?? {})) {
    const own = nodeSelector[key];
    if (own === undefined || own === value) continue;
    return `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
  }
  return undefined;
}
