import type { Service, ServicePort } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { type Flag, lists, numbers, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_service/ */
export const service: Verb = {
  names: ["service", "svc"],
  summary: "Create a service using a specified subcommand",
  usage: "[flags]",
  flags: [],
  verbs: [
    serviceOf("ClusterIP", { summary: "Create a ClusterIP service", flags: [...lists("tcp"), ...values("clusterip")] }),
    serviceOf("ExternalName", {
      summary: "Create an ExternalName service",
      flags: [...lists("tcp"), ...values("external-name")],
      required: ["external-name"],
    }),
    serviceOf("LoadBalancer", { summary: "Create a LoadBalancer service", flags: lists("tcp") }),
    serviceOf("NodePort", { summary: "Create a NodePort service", flags: [...lists("tcp"), ...numbers("node-port")] }),
  ],
};

type Type = "ClusterIP" | "ExternalName" | "LoadBalancer" | "NodePort";

function serviceOf(
  type: Type,
  { summary, flags, required = [] }: { summary: string; flags: readonly Flag[]; required?: readonly string[] },
): Verb {
  return {
    names: [type.toLowerCase()],
    summary,
    usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    flags: [...creationFlags, ...flags],
    required,
    async run(call) {
      await createTyped(serviceObject(type, nameArgument(call), call), call);
    },
  };
}

function serviceObject(type: Type, name: string, { flags }: Call): Service {
  const clusterIP = flags.value("clusterip");
  const externalName = flags.value("external-name");
  const nodePort = flags.number("node-port");
  const ports = flags.values("tcp").map((text) => portFrom(text, nodePort));
  if (ports.length === 0 && clusterIP !== "None" && type !== "ExternalName") {
    throw new KubectlError("at least one tcp port specifier must be provided");
  }
  if (ports.length > 0 && clusterIP === "None") throw new KubectlError("can not map ports with clusterip=None");
  const labels = { app: name };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels },
    spec: {
      ...(ports.length > 0 ? { ports } : {}),
      selector: labels,
      ...(clusterIP ? { clusterIP } : {}),
      type,
      ...(externalName ? { externalName } : {}),
    },
  };
}

/** `80`, `80:8080`, `80:http`. */
function portFrom(text: string, nodePort: number | undefined): ServicePort {
  const [port = "", target = port] = text.split(":");
  const wanted = number(port, "port");
  const targetPort = /^\d+$/u.test(target) ? number(target, "targetPort") : target;
  return {
    name: text.replace(":", "-"),
    protocol: "TCP",
    port: wanted,
    targetPort,
    ...(nodePort ? { nodePort } : {}),
  };
}

function number(text: string, what: string): number {
  const problem = /^\d+$/u.test(text) ? Number(text) > 65_535 && "value out of range" : "invalid syntax";
  if (problem) throw new KubectlError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`);
  const value = Number(text);
  if (value < 1) throw new KubectlError(`${what} must be between 1 and 65535, inclusive`);
  return value;
}
