import { ApiError } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";
import { containerNames, defaultContainer } from "../default-container.ts";
import { durationMs } from "../durations.ts";
import { booleans, durations, type Flags, numbers, values } from "../flags.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { objectFor, podFor, podPath, podsOf } from "../pods-behind.ts";
import { type LogSource, printLogs } from "../print-logs.ts";
import { listAll, selectorQuery } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ */
export const logs: Verb = {
  names: ["logs", "log"],
  summary: "Print the logs for a container in a pod",
  usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  flags: [
    ...booleans("follow/f", "previous/p", "timestamps", "all-containers", "all-pods", "prefix", "ignore-errors"),
    ...booleans("insecure-skip-tls-verify-backend"),
    ...values("container/c", "selector/l", "since-time"),
    ...numbers("tail", "limit-bytes", "max-log-requests"),
    ...durations("since", "pod-running-timeout"),
  ],

  async run(call) {
    const { flags } = call;
    checkArguments(flags);
    const pods = await podsFor(call);
    checkOptions(flags);
    if (!pods) return call.io.err(`No resources found in ${call.namespace} namespace.\n`).then(() => 0);
    const many = flags.has("selector") || flags.isTrue("all-pods");
    const sources: LogSource[] = [];
    for (const pod of pods) {
      for (const container of await containersOf(pod, call)) {
        sources.push({ pod, container, path: await podPath(pod, "log", call), query: queryOf(container, many, flags) });
      }
    }
    const limit = flags.number("max-log-requests") ?? 5;
    if (flags.isTrue("follow") && sources.length > limit) {
      throw new KubectlError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
      );
    }
    return printLogs(sources, call);
  },
};

function checkArguments(flags: Flags): void {
  const { args } = flags;
  if (args.length === 0 && !flags.has("selector")) {
    throw usageError(
      "logs",
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
    );
  }
  if (args.length > 0 && flags.has("selector"))
    throw usageError("logs", "only a selector (-l) or a POD name is allowed");
  if (args.length > 2) {
    throw usageError(
      "logs",
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
    );
  }
}

function checkOptions(flags: Flags): void {
  if (flags.args.length === 2 && flags.has("container"))
    throw new KubectlError("only one of -c or an inline [CONTAINER] arg is allowed");
  if ((flags.number("tail") ?? -1) < -1) throw new KubectlError("--tail must be greater than or equal to -1");
  if (flags.has("since") && flags.has("since-time")) {
    throw new KubectlError("at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  if (flags.isTrue("all-containers") && flags.has("container")) {
    throw new KubectlError(
      "--all-containers=true should not be specified with container name " + (flags.value("container") ?? ""),
    );
  }
}

/** undefined: the selector finds none. */
async function podsFor(call: Call): Promise<readonly Pod[] | undefined> {
  const { flags, namespace } = call;
  const [word] = flags.args;
  if (word === undefined) {
    const pods = await listAll<Pod>(`/api/v1/namespaces/${namespace}/pods`, call, selectorQuery(call));
    return pods.length > 0 ? pods : undefined;
  }
  try {
    if (!flags.isTrue("all-pods")) return [await podFor(word, "logs", call)];
    const object = await objectFor(word, call);
    return object.kind === "Pod" ? [object as Pod] : await podsOf(object, "logs", call);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
    throw new KubectlError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(namespace)}`);
  }
}

async function containersOf(pod: Pod, call: Call): Promise<string[]> {
  const { flags } = call;
  if (flags.isTrue("all-containers") || flags.isTrue("all-pods")) {
    if (!flags.has("container")) return containerNames(pod);
  }
  const name = flags.value("container") ?? flags.args[1];
  if (!name) return [await defaultContainer(pod, call)];
  if (!containerNames(pod).includes(name)) {
    throw new KubectlError(`container ${name} is not valid for pod ${pod.metadata.name}`);
  }
  return [name];
}

function queryOf(container: string, many: boolean, flags: Flags): Record<string, string> {
  const tail = flags.number("tail") ?? (many && !flags.isTrue("follow") ? 10 : -1);
  const since = flags.value("since");
  const sinceTime = flags.value("since-time");
  const limit = flags.number("limit-bytes") ?? 0;
  return {
    container,
    ...(flags.isTrue("follow") ? { follow: "true" } : {}),
    ...(flags.isTrue("previous") ? { previous: "true" } : {}),
    ...(flags.isTrue("timestamps") ? { timestamps: "true" } : {}),
    ...(tail >= 0 ? { tailLines: String(tail) } : {}),
    ...(since ? { sinceSeconds: String(Math.max(1, Math.round(durationMs(since) / 1000))) } : {}),
    ...(sinceTime ? { sinceTime } : {}),
    ...(limit > 0 ? { limitBytes: String(limit) } : {}),
  };
}
