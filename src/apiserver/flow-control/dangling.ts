import { type KubeObject, keyOf } from "../../api/object.ts";
import type { FlowSchema } from "../../api/types.gen.ts";
import type { Informers } from "../../client/informer.ts";
import { WorkQueue } from "../../client/work-queue.ts";
import { flowSchemas } from "../../resources/flowcontrol/flow-schema.ts";
import { priorityLevelConfigurations } from "../../resources/flowcontrol/priority-level-configuration.ts";
import { timestamp } from "../../sim/clock.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Registry, UpdateOptions } from "../registry.ts";

const write: UpdateOptions = {
  user: { name: "system:apiserver", groups: ["system:masters"] },
  manager: "api-priority-and-fairness-config-consumer-v1",
  part: "status",
  subresource: "status",
};

export interface FlowSchemaStatusOptions {
  readonly registry: Registry;
  readonly informers: Informers;
  readonly log: Log;
}

/** Tells in every flow schema's status whether its priority level is there. The returned function stops. */
export function reportDanglingFlowSchemas({ registry, informers, log }: FlowSchemaStatusOptions): () => void {
  const schemas = informers.for(flowSchemas);
  const levels = informers.for(priorityLevelConfigurations);
  const queue = new WorkQueue({
    clock: registry.clock,
    handle: (name) => report(name),
    onError: (name, error) => log.write("error", `flow schema ${name}: ${describeError(error)}`),
  });

  async function report(name: string): Promise<void> {
    const schema = schemas.get({ namespace: "", name });
    if (!schema) return;
    const level = schema.spec.priorityLevelConfiguration.name;
    const isDangling = levels.get({ namespace: "", name: level }) === undefined;
    const status = isDangling ? "True" : "False";
    const before = schema.status?.conditions?.find(({ type }) => type === "Dangling");
    if (before?.status === status) return;
    await updateConditions(schema, {
      type: "Dangling",
      status,
      lastTransitionTime: timestamp(registry.clock),
      reason: isDangling ? "NotFound" : "Found",
      message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)} ${isDangling ? "but there is no such object" : "and it exists"}`,
    });
  }

  async function updateConditions(
    schema: FlowSchema,
    condition: NonNullable<NonNullable<FlowSchema["status"]>["conditions"]>[number],
  ): Promise<void> {
    const others = (schema.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
    const status = { ...schema.status, conditions: [...others, condition] };
    const change = (current: KubeObject): KubeObject => ({ ...current, status }) as KubeObject;
    await registry.update(flowSchemas, keyOf(schema), change, write);
  }

  const stops = [
    schemas.onChange(({ object }) => queue.add(object.metadata.name)),
    levels.onChange(() => {
      for (const { metadata } of schemas.list()) queue.add(metadata.name);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}
