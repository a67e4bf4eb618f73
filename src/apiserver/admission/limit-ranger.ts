import type { Mutable } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "../../api/types.gen.ts";
import { podAmounts } from "../../resources/quota/pod-amounts.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";
import { type Bounded, boundErrors, requestBoundErrors } from "./limit-range-bounds.ts";

const annotation = "kubernetes.io/limit-ranger";

/**
 * Gives containers the resources that a namespace's LimitRanges give by default, and holds pods and claims to their bounds.
 * https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export const limitRanger: AdmissionStep = {
  name: "LimitRanger",

  admit(request) {
    if (!concerns(request) || !isPod(request) || request.operation !== "CREATE") return;
    for (const range of rangesOf(request)) giveDefaults(request.object as Mutable<Pod>, range);
  },

  validate(request) {
    if (!concerns(request)) return;
    const { resource, object } = request;
    for (const { spec } of rangesOf(request)) {
      const errors = spec.limits.flatMap((item) =>
        isPod(request)
          ? podErrors(item, object as Mutable<Pod>)
          : claimErrors(item, object as Mutable<PersistentVolumeClaim>),
      );
      const distinct = [...new Set(errors)];
      if (distinct.length === 0) continue;
      const why = distinct.length === 1 ? distinct[0] : `[${distinct.join(", ")}]`;
      throw forbidden(resource, object.metadata.name, why ?? "");
    }
  },
};

/** What a pod's containers ask for cannot change. */
function concerns({ operation, subresource, resource, object }: AdmissionRequest): boolean {
  if (resource.group !== "" || subresource !== "") return false;
  if (operation === "UPDATE" && object.metadata.deletionTimestamp) return false;
  return resource.plural === "pods" ? operation === "CREATE" : resource.plural === "persistentvolumeclaims";
}

function isPod({ resource }: AdmissionRequest): boolean {
  return resource.plural === "pods";
}

function rangesOf({ registry, object }: AdmissionRequest): readonly LimitRange[] {
  const ranges = registry.catalogue.find("", "v1", "limitranges");
  return ranges ? (registry.list(ranges, object.metadata.namespace) as readonly LimitRange[]) : [];
}

function giveDefaults({ spec, metadata }: Mutable<Pod>, range: LimitRange): void {
  const items = range.spec.limits.filter(({ type }) => type === "Container");
  const defaults = {
    limits: Object.assign({}, ...items.map((item) => item.default)) as Record<string, string>,
    requests: Object.assign({}, ...items.map((item) => item.defaultRequest)) as Record<string, string>,
  };
  const said = [
    ...spec.containers.flatMap((container) => complete(container, defaults, "container")),
    ...(spec.initContainers ?? []).flatMap((container) => complete(container, defaults, "init container")),
  ];
  if (said.length === 0) return;
  metadata.annotations = { ...metadata.annotations, [annotation]: `LimitRanger plugin set: ${said.join("; ")}` };
}

type Defaults = Readonly<Record<"limits" | "requests", Readonly<Record<string, string>>>>;

/** Returns what it did, in words. */
function complete(container: Mutable<Container>, defaults: Defaults, what: string): string[] {
  return (["requests", "limits"] as const).flatMap((kind) => {
    const given = container.resources?.[kind] ?? {};
    const missing = Object.keys(defaults[kind]).filter((name) => !(name in given));
    if (missing.length === 0) return [];
    container.resources = { ...container.resources, [kind]: { ...defaults[kind], ...given } };
    return [`${missing.toSorted().join(", ")} ${kind.slice(0, -1)} for ${what} ${container.name}`];
  });
}

function podErrors(item: LimitRangeItem, { spec }: Pod): readonly string[] {
  if (item.type === "Pod") {
    return boundErrors(item, { requests: podAmounts(spec, "requests"), limits: podAmounts(spec, "limits") });
  }
  if (item.type !== "Container") return [];
  const all: readonly Container[] = [...spec.containers, ...(spec.initContainers ?? [])];
  return all.flatMap(({ resources }) => boundErrors(item, boundedOf(resources)));
}

function claimErrors(item: LimitRangeItem, { spec }: PersistentVolumeClaim): readonly string[] {
  return item.type === "PersistentVolumeClaim" ? requestBoundErrors(item, spec.resources?.requests ?? {}) : [];
}

function boundedOf(resources: Container["resources"]): Bounded {
  return { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} };
}
