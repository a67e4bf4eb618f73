import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";
import { attachWhenRunning } from "../attach-when-running.ts";
import { recordFlags } from "../change-cause.ts";
import { createTyped, creationFlags } from "../create-typed.ts";
import { deleteTarget, waitUntilGone } from "../delete-targets.ts";
import { arrays, booleans, durations, type Flags, numbers, optionals, values } from "../flags.ts";
import { isImageName } from "../image-name.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { podToRun } from "../pod-to-run.ts";
import { dryRunOf } from "../result.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_run/ */
export const run: Verb = {
  names: ["run"],
  summary: "Create and run a particular image in a pod",
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  flags: [
    ...creationFlags,
    ...recordFlags,
    ...values("image", "port", "labels/l", "restart", "image-pull-policy", "overrides", "override-type"),
    ...arrays("env", "annotations"),
    ...booleans(
      "expose",
      "command",
      "rm",
      "stdin/i",
      "tty/t",
      "attach",
      "leave-stdin-open",
      "quiet/q",
      "privileged",
      "wait",
      "force",
    ),
    ...numbers("grace-period"),
    ...durations("pod-running-timeout", "timeout"),
    ...optionals("cascade=background"),
  ],
  required: ["image"],

  async run(call) {
    const { flags } = call;
    const name = checked(call);
    const attaches = wantsAttach(flags);
    if (flags.isTrue("expose")) {
      await createTyped(serviceFor(name, call), call, { manager: "kubectl-run" });
      if (flags.has("output")) await call.io.out("---\n");
    }
    const pod = await createTyped<Pod>(podToRun(name, flags), call, { manager: "kubectl-run", quiet: attaches });
    if (!attaches) return 0;
    try {
      await attachWhenRunning(pod, call);
    } finally {
      if (flags.isTrue("rm")) await remove(pod, call);
    }
    return 0;
  },
};

function wantsAttach(flags: Flags): boolean {
  return flags.has("attach") ? flags.isTrue("attach") : flags.isTrue("stdin") || flags.isTrue("tty");
}

function checked(call: Call): string {
  const { flags } = call;
  const [name] = flags.args;
  if (name === undefined) throw usageError("run", "NAME is required for run");
  if (!flags.value("image")) throw new KubectlError("--image is required");
  if (!isImageName(flags.value("image") ?? ""))
    throw new KubectlError(`Invalid image name ${JSON.stringify(flags.value("image"))}: invalid reference format`);
  const restart = flags.value("restart") || "Always";
  if (!["Always", "OnFailure", "Never"].includes(restart))
    throw usageError("run", `invalid restart policy: ${restart}`);
  if (flags.isTrue("tty") && !flags.isTrue("stdin"))
    throw usageError("run", "-i/--stdin is required for containers with -t/--tty=true");
  if (flags.isTrue("expose") && !flags.value("port"))
    throw usageError("run", "--port must be set when exposing a service");
  const attaches = wantsAttach(flags);
  if (attaches && dryRunOf(flags) !== "none") {
    throw usageError(
      "run",
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  if (flags.isTrue("rm") && !attaches) throw usageError("run", "--rm should only be used for attached containers");
  return name;
}

function serviceFor(name: string, { flags }: Call): KubeObject {
  const port = Number(flags.value("port"));
  const selector = podToRun(name, flags).metadata.labels ?? {};
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ protocol: "TCP", port, targetPort: port }], selector },
  } as KubeObject;
}

async function remove(pod: Pod, call: Call): Promise<void> {
  const resource = await call.discovery.find("pods");
  const target = { resource, namespace: pod.metadata.namespace, name: pod.metadata.name };
  const deletion = {
    gracePeriodSeconds: undefined,
    propagationPolicy: "Background",
    force: false,
    nameOnly: false,
  } as const;
  const quiet = call.flags.isTrue("quiet") ? { ...call, io: { ...call.io, out: async () => undefined } } : call;
  try {
    const uid = await deleteTarget(target, deletion, quiet);
    await waitUntilGone([{ target, uid }], undefined, call);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
