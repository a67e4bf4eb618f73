import type { KubeObject } from "../../api/object.ts";
import { ApiError, isNotFound } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";
import { sleep } from "../../sim/clock.ts";
import { cordonNode } from "../cordon-node.ts";
import { drainPlan } from "../drain-plan.ts";
import { durationMs } from "../durations.ts";
import { Failures } from "../failures.ts";
import { booleans, durations, type Flags, numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { type FoundNode, nodeFlags, nodesNamed } from "../nodes-named.ts";
import { pathOf } from "../rest.ts";
import { dryRunOf, tellResult } from "../result.ts";
import { ManyErrors } from "../server-says.ts";
import type { Call, Verb } from "../verb.ts";
import { watchUntil } from "../watch-until.ts";

const retryMs = 5000;

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_drain/ */
export const drain: Verb = {
  names: ["drain"],
  summary: "Drain node in preparation for maintenance",
  usage: "NODE",
  flags: [
    ...nodeFlags,
    ...booleans("force", "ignore-daemonsets", "delete-emptydir-data", "delete-local-data", "disable-eviction"),
    ...numbers("grace-period", "skip-wait-for-delete-timeout", "chunk-size"),
    ...durations("timeout"),
    ...values("pod-selector"),
  ],

  async run(call) {
    const failures = new Failures();
    const nodes = await nodesNamed(call, failures.add);
    for (const node of nodes) await failures.attempt(() => cordonNode(node, true, call));
    failures.raise();
    const pending = [...nodes];
    const refused: KubectlError[] = [];
    for (const node of nodes) {
      const problems = await drainOne(node, call);
      if (problems.length === 0) {
        pending.splice(pending.indexOf(node), 1);
        await tellResult({ resource: node.resource, object: node.object, did: "drained" }, call);
        continue;
      }
      await tellFailure(node, { problems, pending }, call);
      refused.push(...problems);
    }
    if (refused.length > 0) throw new ManyErrors(refused);
    return 0;
  },
};

async function tellFailure(
  node: FoundNode,
  { problems, pending }: { problems: readonly KubectlError[]; pending: readonly FoundNode[] },
  call: Call,
): Promise<void> {
  const { io } = call;
  const named = JSON.stringify(node.name);
  const texts = problems.map(({ message }) => message);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const { evicted, problems: refusals } = await drainPlan(node.name, call);
  if (refusals.length === 0) {
    const left = evicted.map(({ metadata }) => `pod/${metadata.name}\n`).join("");
    await io.err(`There are pending pods in node ${named} when an error occurred: ${list}\n${left}`);
  }
  await io.err(`error: unable to drain node ${named} due to error: ${list}, continuing command...\n`);
  await io.err(`There are pending nodes to be drained:\n${pending.map(({ name }) => ` ${name}\n`).join("")}`);
}

/** Resolves with why it cannot be done; nothing means that the node is empty. */
async function drainOne(node: FoundNode, call: Call): Promise<readonly KubectlError[]> {
  const { evicted, problems, warnings } = await drainPlan(node.name, call);
  if (problems.length > 0) return problems.map((text) => new KubectlError(text));
  if (warnings.length > 0) await call.io.err(`Warning: ${warnings.join("; ")}\n`);
  if (dryRunOf(call.flags) === "client") {
    for (const { metadata } of evicted)
      await call.io.out(`evicting pod ${metadata.namespace ?? ""}/${metadata.name} (dry run)\n`);
    return [];
  }
  const timeout = durationMs(call.flags.value("timeout") ?? "0s");
  const endsAt = timeout > 0 ? call.clock.now() + timeout : undefined;
  const failures = await Promise.allSettled(evicted.map((pod) => evict(pod, endsAt, call)));
  return failures.flatMap((one) => (one.status === "rejected" ? [problemFrom(one.reason)] : []));
}

function problemFrom(reason: unknown): KubectlError {
  if (reason instanceof KubectlError) return reason;
  if (reason instanceof ApiError || reason instanceof ManyErrors) return new KubectlError(reason.message);
  throw reason;
}

function namespaceEnds({ status }: ApiError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}

async function isBeingDeleted({ metadata: { name, namespace = "" } }: Pod, call: Call): Promise<boolean> {
  const path = pathOf(await call.discovery.find("pods"), namespace, name);
  const pod = await call.rest.json<Pod>("GET", path).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  return pod?.metadata.deletionTimestamp !== undefined || pod === undefined;
}

function late(what: string, flags: Flags): KubectlError {
  return new KubectlError(`error when ${what}: global timeout reached: ${flags.value("timeout") ?? ""}`);
}

/** Asks until no budget forbids it, then waits until the pod is gone: until `endsAt`, if there is an end. */
async function evict(pod: Pod, endsAt: number | undefined, call: Call): Promise<void> {
  const { flags, io, clock, rest, discovery } = call;
  const { name, namespace = "", uid } = pod.metadata;
  const [named, within] = [JSON.stringify(name), JSON.stringify(namespace)];
  const resource = await discovery.find("pods");
  const grace = flags.number("grace-period") ?? -1;
  const isDry = dryRunOf(flags) === "server";
  const deleteOptions = {
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    ...(isDry ? { dryRun: ["All"] } : {}),
  };
  const direct = flags.isTrue("disable-eviction");
  for (;;) {
    await io.out(`${direct ? "deleting" : "evicting"} pod ${namespace}/${name}${isDry ? " (server dry run)" : ""}\n`);
    if (endsAt !== undefined && clock.now() >= endsAt) throw late(`evicting pods/${named} -n ${within}`, flags);
    try {
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions };
      if (direct) await rest.json("DELETE", pathOf(resource, namespace, name), { body: deleteOptions });
      else await rest.json("POST", pathOf(resource, namespace, name, "eviction"), { body: eviction });
      break;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof ApiError)) throw error;
      const isEnding = namespaceEnds(error);
      // It goes with its namespace, and needs no eviction.
      if (isEnding && (await isBeingDeleted(pod, call))) break;
      if (error.code !== 429 && !isEnding) throw error;
      const what = isEnding ? `pod ${named} from terminating namespace ${within}` : `pods/${named} -n ${within}`;
      await io.err(`error when evicting ${what} (will retry after 5s): ${error.message}\n`);
      await sleep(clock, retryMs);
    }
  }
  if (isDry) return;
  const isDone = (object: KubeObject | undefined): boolean => !object || object.metadata.uid !== uid;
  const timeoutMs = endsAt === undefined ? undefined : Math.max(0, endsAt - clock.now());
  if (!(await watchUntil({ resource, namespace, name }, call, { timeoutMs, isDone }))) {
    throw late(`waiting for pod ${named} in namespace ${within} to terminate`, flags);
  }
  await io.out(`pod/${name} ${direct ? "deleted" : "evicted"}\n`);
}
