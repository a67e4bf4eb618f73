import { compareQuantities } from "../../../api/quantity.ts";
import { type FieldError, invalid, notAllowed } from "../../../api/status.ts";
import type { Container, Pod } from "../../../api/types.gen.ts";
import { sameMeaning } from "../../equivalence.ts";
import { each } from "../../field-checks.ts";
import { qosClassOf } from "./qos-class.ts";
import { podErrors } from "./validate-pod.ts";

/** What may change while a pod runs: its containers' CPU and memory. https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/ */
export function resizeErrors(pod: Pod, previous: Pod): FieldError[] {
  if (previous.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
    return [notAllowed("", "static pods cannot be resized")];
  }
  if (previous.spec.os?.name === "windows") return [notAllowed("", "windows pods cannot be resized")];
  const qos = qosClassOf(pod);
  const isMoved = qos !== qosClassOf(previous);
  return [
    ...podErrors(pod),
    ...(isMoved ? [invalid("spec", qos, "Pod QOS Class may not change as a result of resizing")] : []),
    ...each("spec.containers", previous.spec.containers, (old, path, index) => {
      const container = pod.spec.containers[index];
      return container ? containerErrors(`${path}.resources`, container, old) : [];
    }),
  ];
}

function containerErrors(field: string, container: Container, old: Container): FieldError[] {
  const lists = ["requests", "limits"] as const;
  const lost = lists.filter((list) =>
    Object.keys(old.resources?.[list] ?? {}).some((name) => container.resources?.[list]?.[name] === undefined),
  );
  const isMore = !sameMeaning(withoutCompute(container), withoutCompute(old));
  return [
    ...lost.map((list) => notAllowed(`${field}.${list}`, `resource ${list} cannot be removed`)),
    ...memoryErrors(`${field}.limits[memory]`, container, old),
    ...(isMore ? [notAllowed("spec", "only cpu and memory resources are mutable")] : []),
  ];
}

/** A running process does not give memory back. */
function memoryErrors(field: string, { resources, resizePolicy }: Container, old: Container): FieldError[] {
  const policy = resizePolicy?.find(({ resourceName }) => resourceName === "memory")?.restartPolicy;
  const limit = resources?.limits?.["memory"];
  const oldLimit = old.resources?.limits?.["memory"];
  if (policy === "RestartContainer" || limit === undefined) return [];
  const unless = "unless resizePolicy is RestartContainer";
  if (oldLimit === undefined) return [notAllowed(field, `memory limits cannot be added ${unless}`)];
  return compareQuantities(limit, oldLimit) < 0
    ? [notAllowed(field, `memory limits cannot be decreased ${unless}`)]
    : [];
}

function withoutCompute({ resources, ...rest }: Container): unknown {
  const strip = (amounts: Readonly<Record<string, string>> = {}): unknown =>
    Object.entries(amounts).filter(([name]) => name !== "cpu" && name !== "memory");
  return { ...rest, limits: strip(resources?.limits), requests: strip(resources?.requests) };
}
