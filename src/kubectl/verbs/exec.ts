import { badRequest } from "../../api/status.ts";
import { containerNames, defaultContainer } from "../default-container.ts";
import { booleans, durations, values } from "../flags.ts";
import { KubectlError, usageError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { podFor, podPath } from "../pods-behind.ts";
import { allowTty, checkEnd, runSession } from "../session.ts";
import { namedTargets } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_exec/ */
export const exec: Verb = {
  names: ["exec"],
  summary: "Execute a command in a container",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  flags: [
    ...fileFlags,
    ...booleans("stdin/i", "tty/t", "quiet/q"),
    ...values("container/c"),
    ...durations("pod-running-timeout"),
  ],

  async run(call) {
    const { flags, io } = call;
    const command = flags.rest ?? [];
    const word = await podWord(call);
    if (command.length === 0) throw new KubectlError("you must specify at least one command for the container");
    const pod = await podFor(word, "attach", call);
    const { phase = "" } = pod.status ?? {};
    if (phase === "Succeeded" || phase === "Failed") {
      throw new KubectlError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    }
    const container = flags.value("container") || (await defaultContainer(pod, call));
    if (!containerNames(pod).includes(container)) {
      throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
    }
    const stdin = flags.isTrue("stdin");
    const tty = await allowTty(flags.isTrue("tty"), { stdin, io });
    const query = new URLSearchParams(command.map((part): [string, string] => ["command", part]));
    query.set("container", container);
    if (stdin) query.set("stdin", "true");
    query.set("stdout", "true");
    if (tty) query.set("tty", "true");
    else query.set("stderr", "true");
    checkEnd(await runSession(`${await podPath(pod, "exec", call)}?${query.toString()}`, { stdin, tty }, call));
  },
};

async function podWord(call: Call): Promise<string> {
  const { args } = call.flags;
  if (call.flags.has("filename")) {
    const [target] = await namedTargets(call);
    return `${target?.resource.plural ?? ""}/${target?.name ?? ""}`;
  }
  const [word, ...more] = args;
  if (word === undefined) throw new KubectlError("pod, type/name or --filename must be specified");
  if (more.length > 0) {
    throw usageError("exec", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
  }
  return word;
}
