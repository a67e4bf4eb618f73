import type { KubeObject } from "../../api/object.ts";
import type { EphemeralContainer, Pod } from "../../api/types.gen.ts";
import { attachTo } from "../attach-session.ts";
import { freeName } from "../debug-name.ts";
import { debugCopy, debugNode } from "../debug-pod.ts";
import { arrays, booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { objectFor, podPath } from "../pods-behind.ts";
import { allowTty } from "../session.ts";
import type { Call, Verb } from "../verb.ts";
import { watchUntil } from "../watch-until.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_debug/ */
export const debug: Verb = {
  names: ["debug"],
  summary: "Create debugging sessions for troubleshooting workloads and nodes",
  usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  flags: [
    ...values("image", "container/c", "target", "copy-to", "image-pull-policy", "profile"),
    ...arrays("env"),
    ...booleans("stdin/i", "tty/t", "attach", "quiet/q", "replace", "share-processes", "same-node", "arguments-only"),
  ],

  async run(call) {
    const { flags } = call;
    if (!flags.value("image") && !flags.has("copy-to")) {
      throw new KubectlError("you must specify --image when not using --copy-to.");
    }
    if (flags.args.length === 0) throw new KubectlError("NAME or TYPE/NAME is required for debug");
    if (flags.isTrue("tty") && !flags.isTrue("stdin"))
      throw new KubectlError("-i/--stdin is required for containers with -t/--tty=true");
    const target = flags.value("target");
    if (target) await call.io.err(`Targeting container ${JSON.stringify(target)}. ${aboutTargets}\n`);
    if (!flags.has("profile")) await call.io.err(`${aboutProfiles}\n`);
    const attaches = flags.has("attach") ? flags.isTrue("attach") : flags.isTrue("stdin");
    for (const word of flags.args) {
      const { pod, container } = await debugged(await objectFor(word, call), call);
      if (attaches) await attach(pod, container, call);
    }
  },
};

const aboutTargets =
  "If you don't see processes from this container it may be because the container runtime doesn't support this feature.";
const aboutProfiles =
  '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".';

async function debugged(object: KubeObject, call: Call): Promise<{ pod: Pod; container: string }> {
  if (object.kind === "Node") return debugNode(object, call);
  if (object.kind !== "Pod")
    throw new KubectlError(`${JSON.stringify(`${object.apiVersion}, Kind=${object.kind}`)} not supported by debug`);
  return call.flags.has("copy-to") ? debugCopy(object as Pod, call) : addContainer(object as Pod, call);
}

async function addContainer(pod: Pod, call: Call): Promise<{ pod: Pod; container: string }> {
  const { flags, io } = call;
  const name = flags.value("container") || freeName(pod);
  const target = flags.value("target");
  if (!flags.has("container")) await io.err(`Defaulting debug container name to ${name}.\n`);
  const command = flags.rest ?? [];
  const container: EphemeralContainer = {
    name,
    image: flags.value("image") ?? "",
    ...(command.length > 0 ? { [flags.isTrue("arguments-only") ? "args" : "command"]: command } : {}),
    ...(flags.value("image-pull-policy") ? { imagePullPolicy: flags.value("image-pull-policy") as "Always" } : {}),
    ...(flags.isTrue("stdin") ? { stdin: true } : {}),
    ...(flags.isTrue("tty") ? { tty: true } : {}),
    ...(target ? { targetContainerName: target } : {}),
    ...(flags.values("env").length > 0 ? { env: environment(flags.values("env")) } : {}),
    terminationMessagePolicy: "File",
  };
  const body = { spec: { ephemeralContainers: [container] } };
  const path = await podPath(pod, "ephemeralcontainers", call);
  const changed = await call.rest.json<Pod>("PATCH", path, {
    contentType: "application/strategic-merge-patch+json",
    body,
  });
  return { pod: changed, container: name };
}

function environment(pairs: readonly string[]): { name: string; value: string }[] {
  return pairs.map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1)
      throw new KubectlError(`invalid argument ${JSON.stringify(pair)} for "--env" flag: expected key=value`);
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
}

async function attach(pod: Pod, container: string, call: Call): Promise<void> {
  const { io, flags } = call;
  const resource = await call.discovery.find("pods");
  const watched = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
  let isOver = false;
  await watchUntil(watched, call, {
    isDone(object) {
      if (!object) throw new KubectlError(`pods ${JSON.stringify(pod.metadata.name)} not found`);
      const { containerStatuses = [], ephemeralContainerStatuses = [] } = (object as Pod).status ?? {};
      const state = [...containerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container)?.state;
      isOver = state?.terminated !== undefined;
      return isOver || state?.running !== undefined;
    },
  });
  if (isOver) return printLog(pod, container, call);
  const tty = await allowTty(flags.isTrue("tty"), { stdin: flags.isTrue("stdin"), io });
  await attachTo({ pod, container, stdin: flags.isTrue("stdin"), tty }, call);
}

async function printLog(pod: Pod, container: string, call: Call): Promise<void> {
  const path = await podPath(pod, "log", call);
  for await (const bytes of await call.rest.stream("GET", path, { query: { container }, accept: "*/*" }))
    await call.io.out(bytes);
}
