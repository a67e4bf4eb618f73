import { type ObjectKey } from "../../api/object.ts";
import type { Pod, Service } from "../../api/types.gen.ts";
import { readyCondition } from "./service-pods.ts";

/** When the oldest change that an endpoint object now shows for the first time came about. */
export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

interface Seen {
  readonly service: string;
  /** By pod. */
  readonly pods: ReadonlyMap<string, string>;
}

/** Remembers, Service by Service, what has been told already. https://pkg.go.dev/k8s.io/api/core/v1#EndpointsLastChangeTriggerTime */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** undefined: nothing that has a time has changed. RFC 3339, so later times sort later. */
  next(service: Service, pods: readonly Pod[]): string | undefined {
    const id = idOf({ namespace: service.metadata.namespace ?? "", name: service.metadata.name });
    const seen = this.#seen.get(id);
    const created = service.metadata.creationTimestamp ?? "";
    const times = new Map(pods.map((pod) => [pod.metadata.name, readyCondition(pod)?.lastTransitionTime ?? ""]));
    const news = [...times].filter(([name, time]) => time > (seen?.pods.get(name) ?? "")).map(([, time]) => time);
    if (created > (seen?.service ?? "")) news.push(created);
    this.#seen.set(id, { service: created, pods: times });
    return news.toSorted()[0];
  }

  forget(key: ObjectKey): void {
    this.#seen.delete(idOf(key));
  }
}

function idOf({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

/** The annotations of an endpoint object that is about to be written. */
export function withTriggerTime(
  annotations: Readonly<Record<string, string>> | undefined,
  time: string | undefined,
): Record<string, string> {
  const { [triggerTimeAnnotation]: _old, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [triggerTimeAnnotation]: time };
}
