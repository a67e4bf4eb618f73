import { controllerOf, type KubeObject, sameTree } from "../api/object.ts";
import { formatLabelSelector } from "../api/selectors.ts";
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
} from "../api/types.gen.ts";
import { listAll } from "./targets.ts";
import type { Call } from "./verb.ts";

/** One state that a workload was in. */
export interface Revision {
  readonly number: number;
  readonly changeCause: string;
  readonly template: PodTemplateSpec | undefined;
  /** What remembers it: a ReplicaSet or a ControllerRevision. */
  readonly keeper: KubeObject;
}

const changeCause = "kubernetes.io/change-cause";
const revisionAnnotation = "deployment.kubernetes.io/revision";

/** The revisions of a Deployment, DaemonSet or StatefulSet, oldest first; undefined: the kind has none. */
export async function revisionsOf(object: KubeObject, call: Call): Promise<readonly Revision[] | undefined> {
  if (object.kind === "Deployment") return deploymentRevisions(object as Deployment, call);
  if (object.kind !== "DaemonSet" && object.kind !== "StatefulSet") return undefined;
  const { metadata, spec } = object as DaemonSet | StatefulSet;
  const path = `/apis/apps/v1/namespaces/${metadata.namespace ?? ""}/controllerrevisions`;
  const all = await listAll<ControllerRevision>(path, call, { labelSelector: formatLabelSelector(spec.selector) });
  return all
    .filter((one) => controllerOf(one)?.uid === metadata.uid)
    .map((keeper) => ({
      number: keeper.revision,
      changeCause: causeOf(keeper),
      template: (keeper.data as { spec?: { template?: PodTemplateSpec } } | undefined)?.spec?.template,
      keeper,
    }))
    .toSorted((a, b) => a.number - b.number);
}

async function deploymentRevisions({ metadata, spec }: Deployment, call: Call): Promise<readonly Revision[]> {
  const path = `/apis/apps/v1/namespaces/${metadata.namespace ?? ""}/replicasets`;
  const all = await listAll<ReplicaSet>(path, call, { labelSelector: formatLabelSelector(spec.selector) });
  return all
    .filter(
      (one) => controllerOf(one)?.uid === metadata.uid && one.metadata.annotations?.[revisionAnnotation] !== undefined,
    )
    .map((keeper) => ({
      number: Number(keeper.metadata.annotations?.[revisionAnnotation]),
      changeCause: causeOf(keeper),
      template: keeper.spec?.template,
      keeper,
    }))
    .toSorted((a, b) => a.number - b.number);
}

function causeOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[changeCause] || "<none>";
}

/** Whether two templates make the same pods: the label that a controller adds does not count. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return sameTree(withoutHash(plain(a)), withoutHash(plain(b)));
}

/** A ControllerRevision keeps its template as a patch. */
function plain(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template) return undefined;
  const { $patch: _replace, ...kept } = template as PodTemplateSpec & { $patch?: string };
  return kept;
}

/** A template as its Deployment has it. */
export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template?.metadata?.labels) return template;
  const { "pod-template-hash": _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}
