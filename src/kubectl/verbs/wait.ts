import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { arrays, booleans, durations, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags, nameOf } from "../manifest.ts";
import { fetchTargets, namedTargets, selectorFlags, type Target } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";
import { type Condition, conditionFrom } from "../wait-condition.ts";
import { watchUntil } from "../watch-until.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_wait/ */
export const wait: Verb = {
  names: ["wait"],
  summary: "Wait for a specific condition on one or many resources",
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  flags: [
    ...fileFlags,
    ...selectorFlags,
    ...arrays("for"),
    ...booleans("local"),
    ...durations("timeout"),
    ...values("output/o"),
  ],

  async run(call) {
    const condition = conditionFrom(call.flags.value("for") ?? "");
    const named = await namedTargets(call);
    const failures = new Failures();
    const targets = await expanded(named, { condition, failures }, call);
    if (targets.length === 0 && !failures.some && condition.kind !== "delete")
      throw new KubectlError("no matching resources found");
    const given = durationMs(call.flags.value("timeout") ?? "30s");
    const timeoutMs = given < 0 ? undefined : given;
    for (const target of targets) await failures.attempt(() => waitForOne(target, { condition, timeoutMs }, call));
    failures.raise();
    return 0;
  },
};

/** Each object on its own; those that are not there yet, or not any more, only for conditions that are about that. */
async function expanded(
  targets: readonly Target[],
  { condition, failures }: { condition: Condition; failures: Failures },
  call: Call,
): Promise<Target[]> {
  const found: Target[] = [];
  for (const target of targets) {
    if (target.name !== undefined && condition.kind === "create") {
      found.push(target);
      continue;
    }
    const add = (error: unknown): void => {
      if (condition.kind !== "delete" || !isNotFound(error)) failures.add(error);
    };
    const objects = await fetchTargets([target], call, add);
    found.push(
      ...objects.map(({ resource, namespace, name, object }) => ({ resource, namespace, name, manifest: object })),
    );
  }
  return found;
}

async function waitForOne(
  { resource, namespace, name = "", manifest }: Target,
  { condition, timeoutMs }: { condition: Condition; timeoutMs: number | undefined },
  call: Call,
): Promise<void> {
  const uid = manifest?.metadata.uid;
  const isDone = (object: KubeObject | undefined): boolean => {
    if (condition.kind === "delete") return !object || (uid !== undefined && object.metadata.uid !== uid);
    if (!object && condition.kind === "state") throw new KubectlError(`the object has been deleted`);
    return object !== undefined && condition.isMet(object);
  };
  if (!(await watchUntil({ resource, namespace, name }, call, { timeoutMs, isDone }))) {
    throw new KubectlError(`timed out waiting for the condition on ${resource.plural}/${name}`);
  }
  await call.io.out(`${nameOf(resource, name)} condition met\n`);
}
