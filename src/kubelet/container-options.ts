import { LayeredMap } from "../api/layered-map.ts";
import { quantityValue } from "../api/quantity.ts";
import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";
import type { Image } from "../runtime/image.ts";
import type { PidNamespace } from "../runtime/kernel/pid-namespace.ts";
import type { ContainerOptions } from "../runtime/live-container.ts";
import { confinementOf } from "./confinement.ts";
import type { ContainerLog } from "./container-log.ts";
import { containerUser } from "./container-user.ts";
import { EnvironmentError, environmentFor, expandReferences } from "./environment.ts";
import type { Found } from "./image-source.ts";
import { mountsOf } from "./mounts.ts";
import type { KubeletContext } from "./node-context.ts";
import type { PodSandbox } from "./pod-sandbox.ts";
import { serviceVariables } from "./service-variables.ts";
import { sysctlsOf } from "./sysctls.ts";

export interface ContainerParts {
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  readonly found: Found;
  readonly sandbox: PodSandbox;
  readonly context: KubeletContext;
  readonly id: string;
  readonly log: ContainerLog;
  /** Shared with others; undefined: its own. */
  readonly pids: PidNamespace | undefined;
  /** Where in the sandbox's files it leaves its last words. */
  readonly terminationLog: string;
}

/** All that makes a container, from its pod and its image. Throws EnvironmentError. */
export function containerOptions(parts: ContainerParts): ContainerOptions {
  const { pod, container, found, sandbox, context, id, log, pids, terminationLog } = parts;
  const { image } = found;
  const { name, ip, network, clock, random, tools, sharedMemory, lookup } = context;
  const user = containerUser(pod, container, image);
  const own = ownEnvironment(parts);
  const { cpu, memory } = container.resources?.limits ?? {};
  const ports = (container.ports ?? []).map(({ containerPort }) => containerPort);
  return {
    id,
    image,
    tools,
    sharedMemory,
    user,
    network,
    clock,
    random,
    log: context.log,
    hostname: sandbox.hostname,
    imageName: container.image ?? "",
    command: commandOf(container, image, own),
    env: withImage(own, image),
    workingDirectory: container.workingDir || image.workingDirectory || "/",
    mounts: mountsOf({ container, sandbox, env: own, terminationLog }),
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
    confinement: confinementOf(pod, container),
    ...(pod.spec.securityContext?.sysctls ? { sysctls: sysctlsOf(pod.spec) } : {}),
    ...(pids ? { pids } : {}),
    ...(memory === undefined ? {} : { memoryLimit: quantityValue(memory) }),
    ...(cpu === undefined ? {} : { cpuLimit: quantityValue(cpu) }),
    ports: ports.length > 0 ? ports : (image.ports ?? []),
    pod: { name: pod.metadata.name, namespace: pod.metadata.namespace ?? "", ip: sandbox.ip || ip, nodeName: name },
    resolver: { lookup: (host, files) => lookup(host, { from: sandbox.ip, ...files }) },
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    output: (stream, bytes) => log.write(stream, bytes),
  };
}

/** The image's variables come first, with the values that the kubelet gives them. */
function withImage(own: ReadonlyMap<string, string>, { env = {} }: Image): ReadonlyMap<string, string> {
  const ofImage = new Map(Object.entries(env).map(([name, value]) => [name, own.get(name) ?? value]));
  return ofImage.size === 0 ? own : new LayeredMap(ofImage, own);
}

/** What the kubelet adds to the image's environment. */
function ownEnvironment({ pod, container, sandbox, context }: ContainerParts): ReadonlyMap<string, string> {
  const { objects, informers, ip } = context;
  const namespace = pod.metadata.namespace ?? "";
  return environmentFor({
    pod,
    container,
    services: serviceVariables(pod, informers),
    podIp: sandbox.ip,
    hostIp: ip,
    configMap: (name) => objects.configMap({ namespace, name }),
    secret: (name) => objects.secret({ namespace, name }),
    nodeAllocatable: context.allocatable,
  });
}

/**
 * `command` replaces the image's entry point and drops its command; `args` replaces the command.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
function commandOf(
  { command = [], args = [] }: Container | EphemeralContainer,
  image: Image,
  env: ReadonlyMap<string, string>,
): readonly string[] {
  const expand = (texts: readonly string[]): string[] =>
    texts.map((text) => expandReferences(text, (name) => env.get(name)));
  const entry = command.length > 0 ? expand(command) : (image.entrypoint ?? []);
  const fromImage = command.length > 0 ? [] : (image.command ?? []);
  const whole = [...entry, ...(args.length > 0 ? expand(args) : fromImage)];
  if (whole.length > 0) return whole;
  const why = "failed to generate container spec: failed to generate spec: no command specified";
  throw new EnvironmentError(why, "CreateContainerError");
}
