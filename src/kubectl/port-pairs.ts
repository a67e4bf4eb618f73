import type { Pod, Service } from "../api/types.gen.ts";
import { KubectlError } from "./kubectl-error.ts";

export interface PortPair {
  /** 0: any free one. */
  readonly local: number;
  readonly remote: number;
}

/** Reads `8080`, `8080:80`, `:80` and `8080:http`; a Service's ports are those of the pod behind it. Throws KubectlError. */
export function portPairs(
  words: readonly string[],
  { pod, service }: { pod: Pod; service: Service | undefined },
): PortPair[] {
  return words.map((word) => {
    const parts = word.split(":");
    // Of more than two the first counts.
    const [first = "", second = first] = parts.length === 2 ? parts : parts.slice(0, 1);
    const remote = service ? servicePort(second, service, pod) : podPort(second, pod);
    const local = parts.length === 2 ? first : /^\d+$/u.test(first) ? first : String(remote);
    if (!/^\d*$/u.test(local))
      throw new KubectlError(
        `error parsing local port '${local}': strconv.ParseUint: parsing ${JSON.stringify(local)}: invalid syntax`,
      );
    return { local: Number(local), remote };
  });
}

function podPort(text: string, pod: Pod): number {
  if (/^\d+$/u.test(text)) {
    if (Number(text) === 0) throw new KubectlError("remote port must be > 0");
    return Number(text);
  }
  const port = namedPort(text, pod);
  if (port === undefined) throw new KubectlError(`Pod '${pod.metadata.name}' does not have a named port '${text}'`);
  return port;
}

function namedPort(name: string, pod: Pod): number | undefined {
  const ports = pod.spec.containers.flatMap(({ ports: own }) => own ?? []);
  return ports.find((one) => one.name === name)?.containerPort;
}

function servicePort(text: string, service: Service, pod: Pod): number {
  const isNumber = /^\d+$/u.test(text);
  const found = service.spec?.ports?.find(({ name, port }) => (isNumber ? port === Number(text) : name === text));
  if (!found) {
    throw new KubectlError(
      isNumber
        ? `Service ${service.metadata.name} does not have a service port ${text}`
        : `Service '${service.metadata.name}' does not have a named port '${text}'`,
    );
  }
  if (service.spec?.clusterIP === "None" && isNumber) return Number(text);
  const target = found.targetPort ?? found.port;
  if (typeof target === "number") return target === 0 ? found.port : target;
  const port = namedPort(target, pod);
  if (port === undefined) throw new KubectlError(`Pod '${pod.metadata.name}' does not have a named port '${target}'`);
  return port;
}
