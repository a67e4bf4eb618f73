import type { KubeObject } from "../../api/object.ts";
import type { Pod, Service, ServicePort } from "../../api/types.gen.ts";
import { recordFlags } from "../change-cause.ts";
import { createTyped, creationFlags } from "../create-typed.ts";
import { Failures } from "../failures.ts";
import { type Flags, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { overridden } from "../overrides.ts";
import { podSpecOf } from "../pod-spec-of.ts";
import { type Found, heldOrFetched, namedTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_expose/ */
export const expose: Verb = {
  names: ["expose"],
  summary: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  flags: [
    ...fileFlags,
    ...creationFlags,
    ...recordFlags,
    ...values("port", "target-port", "protocol", "type", "name", "selector", "labels/l", "external-ip", "cluster-ip"),
    ...values("load-balancer-ip", "session-affinity", "override-type", "overrides", "container-port"),
  ],

  async run(call) {
    const failures = new Failures();
    const given = call.flags.args;
    for (const found of await heldOrFetched(await namedTargets(call, given), call, failures.add)) {
      await failures.attempt(async () => {
        await createTyped(overridden(serviceFor(found, call.flags), call.flags), call, {
          manager: "kubectl-expose",
          did: "exposed",
        });
      });
    }
    failures.raise();
    return 0;
  },
};

const exposable = new Set(["Service", "ReplicationController", "Pod", "Deployment", "ReplicaSet"]);

function serviceFor({ resource, name, object }: Found, flags: Flags): Service {
  if (!exposable.has(resource.kind))
    throw new KubectlError(`cannot expose a ${resource.kind}${resource.group ? `.${resource.group}` : ""}`);
  const selector = selectorFor(object, flags);
  const ports = portsFor(object, flags);
  const labels = flags.has("labels") ? pairsIn(flags.value("labels") ?? "") : object.metadata.labels;
  const type = flags.value("type");
  const affinity = flags.value("session-affinity");
  const optional = {
    externalIPs: flags.has("external-ip") ? [flags.value("external-ip") ?? ""] : undefined,
    loadBalancerIP: flags.value("load-balancer-ip") || undefined,
    clusterIP: flags.value("cluster-ip") || undefined,
    type: type || undefined,
    sessionAffinity: affinity || undefined,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: flags.value("name") || name.slice(0, 63), ...(labels ? { labels } : {}) },
    spec: { ports, selector, ...given },
  };
}

function selectorFor(object: KubeObject, flags: Flags): Record<string, string> {
  if (flags.has("selector")) return pairsIn(flags.value("selector") ?? "");
  const { spec, metadata, kind } = object as Pod & { spec: { selector?: Record<string, unknown> } };
  if (kind === "Pod") {
    if (!metadata.labels)
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      );
    return metadata.labels;
  }
  if ((kind === "Deployment" || kind === "ReplicaSet") && !spec.selector)
    throw new KubectlError(
      `couldn't retrieve selectors via --selector flag or introspection: invalid ${kind.toLowerCase()}: no selectors, therefore cannot be exposed`,
    );
  const own = spec.selector ?? {};
  if (kind === "Service" || kind === "ReplicationController") return own as Record<string, string>;
  if ((own["matchExpressions"] as unknown[] | undefined)?.length) {
    throw new KubectlError(
      `couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "${JSON.stringify(own["matchExpressions"])}" to map-based selector format`,
    );
  }
  return (own["matchLabels"] ?? {}) as Record<string, string>;
}

function pairsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const [key = "", value, ...more] = pair.split("=");
      if (value === undefined || more.length > 0) throw new KubectlError(`unexpected label spec: ${pair}`);
      return [key, value];
    }),
  );
}

function portsFor(object: KubeObject, flags: Flags): ServicePort[] {
  const found = portsOf(object);
  const texts = flags.has("port") ? (flags.value("port") ?? "").split(",") : found.map(({ port }) => String(port));
  if (texts.length === 0) throw new KubectlError("couldn't find port via --port flag or introspection");
  const target = flags.value("target-port") || flags.value("container-port");
  return texts.map((text, index) => {
    const port = Number(text);
    if (!Number.isInteger(port))
      throw new KubectlError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    const protocol = flags.value("protocol") || found.find((one) => one.port === port)?.protocol || "TCP";
    const targetPort = target ? (/^\d+$/u.test(target) ? Number(target) : target) : port;
    return {
      ...(texts.length > 1 ? { name: `port-${index + 1}` } : {}),
      protocol: protocol as "TCP",
      port,
      targetPort,
    };
  });
}

function portsOf(object: KubeObject): { port: number; protocol: string | undefined }[] {
  if (object.kind === "Service") {
    return ((object as Service).spec?.ports ?? []).map(({ port, protocol }) => ({ port, protocol }));
  }
  const containers = podSpecOf(object)?.containers ?? [];
  return containers.flatMap(({ ports }) =>
    (ports ?? []).map(({ containerPort, protocol }) => ({ port: containerPort, protocol })),
  );
}
