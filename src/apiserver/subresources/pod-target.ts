import { type ApiError, badRequest } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";
import type { ContainerTarget } from "../../client/node-agents.ts";
import type { Call } from "../call.ts";

const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/** The pod a call names. */
export function podOf({ route, registry }: Call): Pod {
  return registry.get(route.resource, { namespace: route.namespace, name: route.name }) as Pod;
}

/** The container that a log, exec or attach is about: as asked, or the only one. Throws BadRequest. */
export function containerTarget(call: Call): ContainerTarget {
  const pod = podOf(call);
  const asked = call.request.query.get("container") ?? "";
  const container = asked === "" ? onlyContainer(pod) : asked;
  const known = [...names(pod), ...(pod.spec.ephemeralContainers ?? []).map(({ name }) => name)];
  if (!known.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  return { pod, container };
}

function onlyContainer(pod: Pod): string {
  const [first] = pod.spec.containers;
  if (first && pod.spec.containers.length === 1) return first.name;
  const preferred = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (preferred && names(pod).includes(preferred)) return preferred;
  const choices = pod.spec.containers.map(({ name }) => name).join(" ");
  const inits = (pod.spec.initContainers ?? []).map(({ name }) => name).join(" ");
  const initText = inits ? ` or one of the init containers: [${inits}]` : "";
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${choices}]${initText}`,
  );
}

function names({ spec }: Pod): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
}

/** Nothing can be run in a pod that is on no node yet. */
export function requireNode({ spec, metadata }: Pod): void {
  if (!spec.nodeName) throw notOnNode(metadata.name);
}

function notOnNode(name: string): ApiError {
  return badRequest(`pod ${name} does not have a host assigned`);
}
