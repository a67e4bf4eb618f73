import type { KubeObject } from "../../api/object.ts";
import { conflict, invalidObject, required } from "../../api/status.ts";
import type { Binding, Pod, PodCondition } from "../../api/types.gen.ts";
import { timestamp } from "../../sim/clock.ts";
import type { CreatableSubresource } from "./subresource.ts";

/** A scheduler's decision: puts a pod on a node, once. */
export const bindingSubresource: CreatableSubresource = {
  plural: "pods",
  subresource: "binding",

  async create({ registry, resource, key, body, options }) {
    const binding = body as Binding;
    const node = binding.target?.name;
    if (!node) throw invalidObject({ group: "", kind: "Binding" }, key.name, [required("target.name")]);
    const change = (current: KubeObject): KubeObject => {
      const pod = current as Pod;
      if (pod.metadata.deletionTimestamp) {
        throw conflict(
          { group: "", plural: "pods/binding" },
          key.name,
          `pod ${key.name} is being deleted, cannot be assigned to a host`,
        );
      }
      if (pod.spec.nodeName) {
        const why = `pod ${key.name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`;
        throw conflict({ group: "", plural: "pods/binding" }, key.name, why);
      }
      return bound(pod, binding, timestamp(registry.clock));
    };
    await registry.update(resource, key, change, { ...options, part: "verbatim", subresource: "binding" });
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as unknown as KubeObject;
  },
};

function bound(pod: Pod, binding: Binding, now: string): Pod {
  const scheduled: PodCondition = { type: "PodScheduled", status: "True", lastTransitionTime: now };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const { annotations } = binding.metadata;
  return {
    ...pod,
    metadata: annotations
      ? { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } }
      : pod.metadata,
    spec: { ...pod.spec, nodeName: binding.target.name ?? "" },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}
