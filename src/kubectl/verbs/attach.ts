import type { Container, Pod } from "../../api/types.gen.ts";
import { attachTo } from "../attach-session.ts";
import { defaultContainer } from "../default-container.ts";
import { booleans, durations, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { podFor } from "../pods-behind.ts";
import { allowTty } from "../session.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_attach/ */
export const attach: Verb = {
  names: ["attach"],
  summary: "Attach to a running container",
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  flags: [...booleans("stdin/i", "tty/t", "quiet/q"), ...values("container/c"), ...durations("pod-running-timeout")],

  async run(call) {
    const { flags, io } = call;
    const [word, ...more] = flags.args;
    if (word === undefined) throw new KubectlError("at least 1 argument is required for attach");
    if (more.length > 1)
      throw new KubectlError(
        "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw " + String(flags.args.length),
      );
    const pod = await podFor(more[0] === undefined ? word : `${word}/${more[0]}`, "attach", call);
    const { phase = "" } = pod.status ?? {};
    if (phase === "Succeeded" || phase === "Failed") {
      throw new KubectlError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    }
    const container = await containerIn(pod, call);
    const stdin = flags.isTrue("stdin");
    if (flags.isTrue("tty") && !container.tty) {
      await io.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
    }
    const tty = container.tty === true && (await allowTty(flags.isTrue("tty"), { stdin, io }));
    await attachTo({ pod, container: container.name, stdin, tty }, call);
  },
};

async function containerIn(pod: Pod, call: Call): Promise<Container> {
  const name = call.flags.value("container") || (await defaultContainer(pod, call));
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const found = [...initContainers, ...containers, ...ephemeralContainers].find((one) => one.name === name);
  if (!found)
    throw new KubectlError(`cannot attach to the container: container ${name} not found in pod ${pod.metadata.name}`);
  return found;
}
