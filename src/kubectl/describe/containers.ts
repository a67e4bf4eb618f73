import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Probe,
  ResourceRequirements,
} from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import { type Description, longTime } from "./description.ts";
import { resourceFieldText } from "./resource-field-text.ts";

export interface ContainersOptions {
  readonly title: string;
  readonly statuses?: readonly ContainerStatus[] | undefined;
  /** Before the title: nothing for a pod, two spaces for a template. */
  readonly space?: string;
  /** What a field reference stands for. */
  resolve?(variable: EnvVar): string;
}

/** `Containers:` of a pod or a template. */
export function describeContainers(
  containers: readonly Container[],
  { title, statuses = [], space = "", resolve = () => "" }: ContainersOptions,
  to: Description,
): void {
  to.line(`${space}${title}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    to.line(`${space === "" ? "" : " "}${container.name}:`, 1);
    describeBasics(container, status, to);
    describeWords("Command", container.command, to);
    describeWords("Args", container.args, to);
    if (status) describeState(status, to);
    describeResources(container.resources, to, 2);
    for (const [name, probe] of probesOf(container)) to.field(name, probeText(probe), 2);
    describeSources(container, to);
    describeVariables(container, resolve, to);
    describeMounts(container, to);
  }
}

function describeBasics(
  { image = "", ports = [], securityContext }: Container,
  status: ContainerStatus | undefined,
  to: Description,
): void {
  if (status) to.field("Container ID", status.containerID ?? "", 2);
  to.field("Image", image, 2);
  if (status) to.field("Image ID", status.imageID, 2);
  const plural = ports.length > 1 ? "s" : "";
  const list = (numbers: readonly string[]): string => numbers.join(", ") || "<none>";
  to.field(
    `Port${plural}`,
    list(ports.map(({ containerPort, protocol = "TCP" }) => `${containerPort}/${protocol}`)),
    2,
  );
  to.field(`Host Port${plural}`, list(ports.map(({ hostPort = 0, protocol = "TCP" }) => `${hostPort}/${protocol}`)), 2);
  const profile = securityContext?.seccompProfile;
  if (!profile) return;
  to.field("SeccompProfile", profile.type, 2);
  if (profile.type === "Localhost") to.field("LocalhostProfile", profile.localhostProfile ?? "", 3);
}

function describeWords(title: string, words: readonly string[] | undefined, to: Description): void {
  if (!words || words.length === 0) return;
  to.line(`${title}:`, 2);
  for (const word of words) for (const line of word.split("\n")) to.line(line, 3);
}

function describeState({ state, lastState, ready, restartCount }: ContainerStatus, to: Description): void {
  describeOneState("State", state, to);
  if (lastState?.terminated) describeOneState("Last State", lastState, to);
  to.field("Ready", ready ? "True" : "False", 2);
  to.field("Restart Count", restartCount, 2);
}

function describeOneState(title: string, state: ContainerState | undefined, to: Description): void {
  const { running, waiting, terminated } = state ?? {};
  if (running) {
    to.field(title, "Running", 2);
    to.field("Started", longTime(running.startedAt), 3);
  } else if (terminated) {
    to.field(title, "Terminated", 2);
    to.optional("Reason", terminated.reason, 3);
    to.optional("Message", terminated.message, 3);
    to.field("Exit Code", terminated.exitCode, 3);
    if (terminated.signal) to.field("Signal", terminated.signal, 3);
    to.field("Started", longTime(terminated.startedAt), 3);
    to.field("Finished", longTime(terminated.finishedAt), 3);
  } else {
    to.field(title, "Waiting", 2);
    to.optional("Reason", waiting?.reason, 3);
  }
}

export function describeResources(resources: ResourceRequirements | undefined, to: Description, level: number): void {
  for (const [title, amounts] of [
    ["Limits", resources?.limits],
    ["Requests", resources?.requests],
  ] as const) {
    const names = Object.keys(amounts ?? {}).toSorted(byBytes);
    if (names.length > 0) to.line(`${title}:`, level);
    for (const name of names) to.field(name, amounts?.[name] ?? "", level + 1);
  }
}

function probesOf({ livenessProbe, readinessProbe, startupProbe }: Container): [string, Probe][] {
  const all = [
    ["Liveness", livenessProbe],
    ["Readiness", readinessProbe],
    ["Startup", startupProbe],
  ] as const;
  return all.flatMap(([name, probe]): [string, Probe][] => (probe ? [[name, probe]] : []));
}

function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(" ")}] ${numbers}`;
  if (httpGet) {
    const { scheme = "HTTP", host = "", port, path = "" } = httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path === "" || path.startsWith("/") ? path : `/${path}`} ${numbers}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port} ${numbers}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ""} ${numbers}`;
  return `unknown ${numbers}`;
}

function describeSources({ envFrom = [] }: Container, to: Description): void {
  if (envFrom.length === 0) return;
  to.line("Environment Variables from:", 2);
  for (const { prefix, configMapRef, secretRef } of envFrom) {
    const reference = configMapRef ?? secretRef;
    const from = `${configMapRef ? "ConfigMap" : "Secret"}${prefix ? ` with prefix '${prefix}'` : ""}`;
    to.line(`${reference?.name ?? ""}\t${from}\tOptional: ${reference?.optional ?? false}`, 3);
  }
}

function describeVariables(container: Container, resolve: (variable: EnvVar) => string, to: Description): void {
  const { env = [] } = container;
  to.line(`Environment:${env.length === 0 ? "\t<none>" : ""}`, 2);
  for (const variable of env) {
    const { name, value = "", valueFrom } = variable;
    if (valueFrom) to.line(`${name}:\t${referenceText(variable, container, resolve)}`, 3);
    else
      for (const [index, line] of value.split("\n").entries()) to.line(`${index === 0 ? `${name}:` : ""}\t${line}`, 3);
  }
}

function referenceText(variable: EnvVar, container: Container, resolve: (variable: EnvVar) => string): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) return `${resolve(variable)} (${fieldRef.apiVersion ?? "v1"}:${fieldRef.fieldPath})`;
  if (resourceFieldRef) return `${resourceFieldText(resourceFieldRef, container)} (${resourceFieldRef.resource})`;
  if (secretKeyRef) {
    return `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ""}'>\tOptional: ${secretKeyRef.optional ?? false}`;
  }
  const { key = "", name = "", optional = false } = configMapKeyRef ?? {};
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
}

function describeMounts({ volumeMounts = [], volumeDevices = [] }: Container, to: Description): void {
  to.line(`Mounts:${volumeMounts.length === 0 ? "\t<none>" : ""}`, 2);
  for (const { mountPath, name, readOnly, subPath } of volumeMounts.toSorted((a, b) =>
    byBytes(a.mountPath, b.mountPath),
  )) {
    const flags = [readOnly ? "ro" : "rw", ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    to.line(`${mountPath} from ${name} (${flags.join(",")})`, 3);
  }
  if (volumeDevices.length === 0) return;
  to.line("Devices:", 2);
  for (const { devicePath, name } of volumeDevices) to.line(`${devicePath} from ${name}`, 3);
}
