import type { KubeObject } from "../../api/object.ts";
import type { Deployment, Scale } from "../../api/types.gen.ts";
import { changeCause, recordFlags } from "../change-cause.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { durations, numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { pathOf } from "../rest.ts";
import { dryRunOf, dryRunQuery, dryRunFlags, formatFlags, tellResult } from "../result.ts";
import { fetchTargets, type Found, namedTargets, selectorFlags } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";
import { watchUntil } from "../watch-until.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_scale/ */
export const scale: Verb = {
  names: ["scale"],
  summary: "Set a new size for a deployment, replica set, or replication controller",
  usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  flags: [
    ...fileFlags,
    ...formatFlags,
    ...dryRunFlags,
    ...selectorFlags,
    ...recordFlags,
    ...numbers("replicas", "current-replicas"),
    ...values("resource-version"),
    ...durations("timeout"),
  ],
  required: ["replicas"],

  async run(call) {
    const replicas = call.flags.number("replicas") ?? 0;
    if (replicas < 0) {
      throw new KubectlError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    const failures = new Failures();
    let firstProblem: unknown;
    const found = await fetchTargets(await namedTargets(call), call, (error) => {
      firstProblem ??= error;
      failures.add(error);
    });
    if (found.length === 0) {
      const why = firstProblem instanceof Error ? ` ${firstProblem.message}` : "";
      throw new KubectlError(`no objects passed to scale${why}`);
    }
    for (const one of found) await failures.attempt(() => scaleOne(one, replicas, call));
    failures.raise();
    return 0;
  },
};

async function scaleOne({ resource, namespace, name, object }: Found, replicas: number, call: Call): Promise<void> {
  const { flags, rest } = call;
  const path = pathOf(resource, namespace, name, "scale");
  if (dryRunOf(flags) !== "client") {
    const checked = flags.has("current-replicas") || flags.has("resource-version");
    const current = checked ? await rest.json<Scale>("GET", path) : undefined;
    if (current) checkCurrent(current, call);
    const body = { spec: { replicas } };
    await rest.json("PATCH", path, {
      query: dryRunQuery(flags),
      contentType: "application/merge-patch+json",
      body,
    });
    await record({ resource, namespace, name }, call);
  }
  const timeoutMs = durationMs(flags.value("timeout") ?? "0s");
  if (timeoutMs > 0 && !(await watchUntil({ resource, namespace, name }, call, { timeoutMs, isDone: isScaled }))) {
    throw new KubectlError("timed out waiting for the condition");
  }
  await tellResult({ resource, object, did: "scaled" }, call);
}

async function record({ resource, namespace, name }: Omit<Found, "object">, call: Call): Promise<void> {
  const annotations = changeCause(call);
  if (Object.keys(annotations).length === 0) return;
  const request = {
    query: dryRunQuery(call.flags),
    contentType: "application/merge-patch+json",
    body: { metadata: { annotations } },
  };
  await call.rest.json("PATCH", pathOf(resource, namespace, name), request);
}

function checkCurrent({ spec, metadata }: Scale, { flags }: Call): void {
  const wanted = flags.number("current-replicas");
  const replicas = spec?.replicas ?? 0;
  if (wanted !== undefined && wanted >= 0 && wanted !== replicas) {
    throw new KubectlError(`Expected replicas to be ${wanted}, was ${replicas}`);
  }
  const version = flags.value("resource-version");
  if (version && version !== metadata.resourceVersion) {
    throw new KubectlError(`Expected resource version to be ${version}, was ${metadata.resourceVersion}`);
  }
}

function isScaled(object: KubeObject | undefined): boolean {
  const { spec, status, metadata } = (object ?? {}) as Partial<Deployment>;
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) && status?.replicas === (spec?.replicas ?? 1);
}
