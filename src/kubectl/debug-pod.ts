import type { KubeObject } from "../api/object.ts";
import type { Container, Pod } from "../api/types.gen.ts";
import { freeName } from "./debug-name.ts";
import { KubectlError } from "./kubectl-error.ts";
import { pathOf } from "./rest.ts";
import type { Call } from "./verb.ts";

interface Debugged {
  readonly pod: Pod;
  readonly container: string;
}

const suffixLength = 5;

/** `debug node/NAME`: a pod on the node that shares the node's own namespaces and sees its files under /host. */
export async function debugNode({ metadata }: KubeObject, call: Call): Promise<Debugged> {
  const { io, clock } = call;
  const container = call.flags.value("container") || "debugger";
  const suffix = Math.trunc(clock.now() / 1000)
    .toString(36)
    .slice(-suffixLength);
  const name = `node-debugger-${metadata.name}-${suffix}`;
  await io.out(`Creating debugging pod ${name} with container ${container} on node ${metadata.name}.\n`);
  const own = { ...containerFrom(container, call), volumeMounts: [{ name: "host-root", mountPath: "/host" }] };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [own],
      hostIPC: true,
      hostNetwork: true,
      hostPID: true,
      nodeName: metadata.name,
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
      volumes: [{ name: "host-root", hostPath: { path: "/" } }],
    },
  };
  return { pod: await create(pod, call), container };
}

/** `debug POD --copy-to=NAME`: the pod once more, with another image or with a container more. */
export async function debugCopy(pod: Pod, call: Call): Promise<Debugged> {
  const { flags } = call;
  const image = flags.value("image");
  const name = flags.value("container") || (image ? freeName(pod) : undefined);
  if (image && !flags.has("container")) await call.io.err(`Defaulting debug container name to ${name ?? ""}.\n`);
  const { nodeName, ephemeralContainers: _debuggers, ...spec } = pod.spec;
  const known = spec.containers.some((one) => one.name === name);
  const changed = known
    ? spec.containers.map((one) => (one.name === name ? { ...one, ...changes(call, one) } : one))
    : image
      ? [...spec.containers, containerFrom(name ?? "", call)]
      : spec.containers;
  if (!known && !image)
    throw new KubectlError("you must specify an existing container or a new image when specifying args.");
  const copy = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: flags.value("copy-to"),
      namespace: pod.metadata.namespace,
      ...(pod.metadata.annotations ? { annotations: pod.metadata.annotations } : {}),
    },
    spec: {
      ...spec,
      containers: changed.map(({ livenessProbe: _live, readinessProbe: _ready, startupProbe: _start, ...one }) => one),
      ...(flags.isTrue("same-node") && nodeName ? { nodeName } : {}),
      ...(!flags.has("share-processes") || flags.isTrue("share-processes") ? { shareProcessNamespace: true } : {}),
    },
  };
  if (flags.isTrue("replace")) {
    await call.rest.json(
      "DELETE",
      pathOf(await call.discovery.find("pods"), pod.metadata.namespace, pod.metadata.name),
    );
  }
  return { pod: await create(copy, call), container: name ?? "" };
}

function changes({ flags }: Call, { image: own }: Container): Partial<Container> {
  const command = flags.rest ?? [];
  const image = flags.value("image") || own;
  return {
    ...(image === undefined ? {} : { image }),
    ...(command.length > 0 ? { command } : {}),
    ...(flags.isTrue("stdin") ? { stdin: true } : {}),
    ...(flags.isTrue("tty") ? { tty: true } : {}),
  };
}

function containerFrom(name: string, call: Call): Container {
  return { name, ...changes(call, { name }), terminationMessagePolicy: "File" };
}

async function create(pod: object, { rest, discovery, namespace }: Call): Promise<Pod> {
  const place = (pod as KubeObject).metadata.namespace ?? namespace;
  return rest.json<Pod>("POST", pathOf(await discovery.find("pods"), place), { body: pod });
}
