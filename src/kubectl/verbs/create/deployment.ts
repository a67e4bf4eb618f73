import type { Deployment } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { lists, numbers } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_deployment/ */
export const deployment: Verb = {
  names: ["deployment", "deploy"],
  summary: "Create a deployment with the specified name",
  usage: "NAME --image=image -- [COMMAND] [args...]",
  flags: [...creationFlags, ...lists("image"), ...numbers("replicas/r", "port")],
  required: ["image"],

  async run(call) {
    await createTyped(deploymentObject(nameArgument(call), call), call);
  },
};

function deploymentObject(name: string, { flags }: Call): Deployment {
  const images = flags.values("image");
  const command = flags.rest ?? [];
  if (images.length > 1 && command.length > 0)
    throw new KubectlError("cannot specify multiple --image options and command");
  const replicas = flags.number("replicas") ?? 1;
  if (replicas < 0) throw new KubectlError(`invalid value for --replicas: ${replicas}, must be greater or equal to 0`);
  const containerPort = flags.number("port");
  const containers = images.map((image) => ({
    name: containerName(image),
    image,
    ...(command.length > 0 ? { command } : {}),
    ...(containerPort === undefined ? {} : { ports: [{ containerPort }] }),
  }));
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { name: "", labels }, spec: { containers } },
    },
  };
}

/** `registry/web-server:1.2` makes `web-server`. */
function containerName(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return last.split(/[:@]/u, 1)[0]?.replaceAll(/[^-a-zA-Z0-9]/gu, "-") ?? last;
}
