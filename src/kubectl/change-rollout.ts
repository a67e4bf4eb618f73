import type { KubeObject } from "../api/object.ts";
import { Failures } from "./failures.ts";
import { KubectlError } from "./kubectl-error.ts";
import { tellResult } from "./result.ts";
import { groupResource, rolloutTargets } from "./rollout-targets.ts";
import { sendChange } from "./two-way.ts";
import type { Call } from "./verb.ts";

type Spec = Readonly<Record<string, unknown>>;

/** One change of a workload's spec: pause, resume, restart. */
export interface RolloutChange {
  readonly did: string;
  readonly doing: string;
  readonly kinds: readonly string[];
  change(spec: Spec): Spec;
  /** Why it cannot be done now. */
  refuse(spec: Spec): string | undefined;
  /** Why nothing would change. */
  readonly unchanged?: string;
}

export async function changeRollout(change: RolloutChange, call: Call): Promise<number> {
  const failures = new Failures();
  const found = await rolloutTargets(call, failures);
  if (found.length === 0 && !failures.some) await call.io.err(`No resources found in ${call.namespace} namespace.\n`);
  for (const one of found) {
    await failures.attempt(async () => {
      const about = `${groupResource(one)} ${JSON.stringify(one.name)}`;
      if (!change.kinds.includes(one.resource.kind))
        throw new KubectlError(`${about} ${change.doing} is not supported`);
      const { spec = {} } = one.object as KubeObject & { spec?: Spec };
      const refusal = change.refuse(spec);
      if (refusal !== undefined) throw new KubectlError(`${about} ${refusal}`);
      const after = { ...one.object, spec: change.change(spec) } as KubeObject;
      const object = await sendChange(one, { after, manager: "kubectl-rollout" }, call);
      if (!object) {
        const name = `${one.resource.plural}.${one.resource.group} ${JSON.stringify(one.name)}`;
        throw new KubectlError(`failed to create patch for ${name}: ${change.unchanged ?? "nothing changed"}`);
      }
      await tellResult({ resource: one.resource, object, did: change.did }, call);
    });
  }
  failures.raise();
  return 0;
}
