import type { Mutable } from "../../api/object.ts";
import type {
  Container,
  EnvVarSource,
  EphemeralContainer,
  HTTPGetAction,
  LifecycleHandler,
  Probe,
} from "../../api/types.gen.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container */
export function defaultContainer(container: Mutable<Container> | Mutable<EphemeralContainer>): void {
  container.resources ??= {};
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  container.imagePullPolicy ||= isLatest(container.image ?? "") ? "Always" : "IfNotPresent";
  for (const port of container.ports ?? []) port.protocol ||= "TCP";
  for (const { valueFrom } of container.env ?? []) if (valueFrom) defaultReference(valueFrom);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (handler) defaultHandler(handler);
  }
}

/** What an environment variable, or a file, shows of its pod. */
export function defaultReference({ fieldRef, resourceFieldRef }: Mutable<EnvVarSource>): void {
  if (fieldRef) fieldRef.apiVersion ||= "v1";
  if (resourceFieldRef) resourceFieldRef.divisor ||= "0";
}

/** No tag, no digest, or the tag `latest`: such an image is pulled every time. */
function isLatest(image: string): boolean {
  if (image === "" || image.includes("@")) return false;
  const [, tag] = image.slice(image.lastIndexOf("/") + 1).split(":", 2);
  return (tag ?? "latest") === "latest";
}

function defaultProbe(probe: Mutable<Probe>): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHandler(probe);
  if (probe.grpc) probe.grpc.service ??= "";
}

function defaultHandler({ httpGet }: Mutable<LifecycleHandler> | Mutable<Probe>): void {
  if (httpGet) defaultHttpGet(httpGet);
}

function defaultHttpGet(action: Mutable<HTTPGetAction>): void {
  action.path ||= "/";
  action.scheme ||= "HTTP";
}
