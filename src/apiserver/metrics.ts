import type { PriorityLevelConfiguration } from "../api/types.gen.ts";
import { bucketOf } from "../resources/definition.ts";
import { priorityLevelConfigurations } from "../resources/flowcontrol/priority-level-configuration.ts";
import type { Clock } from "../sim/clock.ts";
import { nominalSeats } from "./flow-control/nominal-seats.ts";
import type { Registry } from "./registry.ts";
import type { ApiRequest, ApiResponse } from "./request.ts";
import { textResponse } from "./response.ts";
import type { ResourceRoute } from "./route.ts";
import { kubernetesVersion } from "./server-info.ts";

const contentType = "text/plain; version=0.0.4; charset=utf-8; escaping=values";

/** Counts what the API server does, for `/metrics`. https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #startedAt: number;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#startedAt = startOf(registry.clock);
  }

  /** Paths that are no resource's count together. */
  count({ method, query }: ApiRequest, route: ResourceRoute | undefined, code: number): void {
    const { verb = method, resource, subresource = "" } = route ?? {};
    const labels = labelsOf({
      code: String(code),
      component: "apiserver",
      dry_run: query.get("dryRun") ?? "",
      group: resource?.group ?? "",
      resource: resource?.plural ?? "",
      scope: scopeOf(route),
      subresource,
      verb: verb.toUpperCase(),
      version: resource?.version ?? "",
    });
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  /** In the text format of Prometheus. */
  answer(): ApiResponse {
    const build = labelsOf({ git_version: kubernetesVersion, major: "1", minor: "32", platform: "linux/amd64" });
    const lines = [
      ...family(
        "apiserver_flowcontrol_nominal_limit_seats",
        "gauge",
        "[BETA] Nominal number of execution seats configured for each priority level",
        this.#seats(),
      ),
      ...family(
        "apiserver_request_total",
        "counter",
        "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
        [...this.#requests],
      ),
      ...family(
        "apiserver_storage_objects",
        "gauge",
        "[STABLE] Number of stored objects at the time of last check split by kind.",
        this.#stored(),
      ),
      ...family(
        "kubernetes_build_info",
        "gauge",
        "[STABLE] A metric with a constant '1' value labeled by major, minor, git version and platform.",
        [[build, 1]],
      ),
      ...family(
        "process_start_time_seconds",
        "gauge",
        "[STABLE] Start time of the process since unix epoch in seconds.",
        [["", this.#startedAt]],
      ),
    ];
    return textResponse(`${lines.join("\n")}\n`, 200, contentType);
  }

  #seats(): [string, number][] {
    const { store } = this.#registry;
    const levels = store.list(bucketOf(priorityLevelConfigurations)) as readonly PriorityLevelConfiguration[];
    return [...nominalSeats(levels)].map(([level, seats]) => [labelsOf({ priority_level: level }), seats]);
  }

  #stored(): [string, number][] {
    const { catalogue, store } = this.#registry;
    const buckets = new Map(catalogue.list().map((resource) => [bucketOf(resource), resource]));
    return [...buckets].map(([bucket, { group, plural }]) => {
      const resource = group ? `${plural}.${group}` : plural;
      return [labelsOf({ resource }), store.list(bucket).length];
    });
  }
}

function startOf(clock: Clock): number {
  return clock.now() / 1000;
}

function scopeOf(route: ResourceRoute | undefined): string {
  if (!route) return "";
  if (route.name) return "resource";
  return route.namespace ? "namespace" : "cluster";
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${shown.join(",")}}`;
}

type Samples = readonly (readonly [labels: string, value: number])[];

function family(name: string, type: string, help: string, samples: Samples): string[] {
  const sorted = samples.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...sorted.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
