import type { KubeObject } from "../api/object.ts";
import type { Container, PodSpec } from "../api/types.gen.ts";
import { withChangeCause } from "./change-cause.ts";
import { Failures } from "./failures.ts";
import { booleans, type Flag } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { fileFlags } from "./manifest.ts";
import { podSpecOf, withPodSpec } from "./pod-spec-of.ts";
import { resultFlags, tellResult } from "./result.ts";
import { fetchTargets, type Found, namedTargets, selectorFlags } from "./targets.ts";
import { sendChange } from "./two-way.ts";
import type { Call } from "./verb.ts";

/** Flags of the `set` commands. */
export const setFlags: readonly Flag[] = [...fileFlags, ...resultFlags, ...selectorFlags, ...booleans("local")];

export interface PodSpecChange {
  readonly manager: string;
  /** `image updated` */
  readonly did: string;
  /** Throws KubectlError. */
  change(spec: PodSpec, object: KubeObject): PodSpec;
}

/** Changes the pods of every object that the arguments name; what does not change is not spoken of. */
export async function setPodSpecs(
  names: readonly string[],
  { change, did, manager }: PodSpecChange,
  call: Call,
): Promise<number> {
  const failures = new Failures();
  for (const found of await setTargets(names, call, failures)) {
    await failures.attempt(async () => {
      if (!podSpecOf(found.object)) {
        throw new KubectlError(`the object is not a pod or does not have a pod template: ${found.object.kind}`);
      }
      const after = withChangeCause(
        withPodSpec(found.object, (spec) => change(spec, found.object)),
        call,
      );
      const object = call.flags.isTrue("local") ? after : await sendChange(found, { after, manager }, call);
      if (object) await tellResult({ resource: found.resource, object, did }, call);
      else if (call.flags.has("output"))
        await tellResult({ resource: found.resource, object: found.object, did }, call);
    });
  }
  failures.raise();
  return 0;
}

/** What the arguments name; with `--local` only what files hold. */
export async function setTargets(names: readonly string[], call: Call, failures: Failures): Promise<readonly Found[]> {
  if (call.flags.isTrue("local") && !call.flags.has("filename")) throw new KubectlError(noFile);
  const targets = await namedTargets(call, names);
  if (!call.flags.isTrue("local")) return fetchTargets(targets, call, failures.add);
  return targets.flatMap(({ resource, namespace, name = "", manifest }) =>
    manifest ? [{ resource, namespace, name, object: manifest }] : [],
  );
}

const noFile = `you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** Changes the containers whose names match; `*` in a pattern stands for anything. */
export function changeContainers<T extends Container>(
  containers: readonly T[] | undefined,
  pattern: string,
  change: (container: T) => T,
): readonly T[] {
  const matcher = new RegExp(
    `^${pattern.replaceAll(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`).replaceAll("*", ".*")}$`,
    "u",
  );
  return (containers ?? []).map((container) => (matcher.test(container.name) ? change(container) : container));
}
