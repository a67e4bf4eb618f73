import type { KubeObject } from "../../src/api/object.ts";
import type { Pod } from "../../src/api/types.gen.ts";
import { type NodeParts, startTestScheduler, type TestScheduler } from "./test-scheduler.ts";

/** A cluster, and a pod that comes last. */
export interface Case {
  readonly title: string;
  readonly nodes: Readonly<Record<string, NodeParts>>;
  /** Pods that are there already: their specs, by name, with the node in `nodeName`. */
  readonly present?: Readonly<Record<string, { readonly spec: object; readonly labels?: object }>>;
  /** What else there is. */
  readonly objects?: readonly KubeObject[];
  readonly spec: object;
  readonly labels?: object;
}

/** What is said of each node, by name, for a pod that comes last: the reasons of one plugin, or "" for none. */
export async function reasonsOf(plugin: string, example: Case): Promise<object> {
  const { pod, scheduler } = await arranged(example);
  const { nodes: explained } = scheduler.explain(pod);
  return Object.fromEntries(
    explained.map(({ node, refusals }) => [
      node,
      refusals.find((one) => one.plugin === plugin)?.reasons.join(", ") ?? "",
    ]),
  );
}

/** What one plugin rates each node, by name. */
export async function scoresOf(plugin: string, example: Case): Promise<object> {
  const { pod, scheduler } = await arranged(example);
  const { nodes } = scheduler.explain(pod);
  const rated = nodes.flatMap(({ node, scores }) => {
    const found = scores.find((one) => one.plugin === plugin);
    return found ? [[node, found.score] as const] : [];
  });
  return Object.fromEntries(rated);
}

async function arranged({
  nodes,
  present = {},
  objects = [],
  spec,
  labels = {},
}: Case): Promise<{ pod: Pod; scheduler: TestScheduler["scheduler"] }> {
  const cluster = await startTestScheduler();
  for (const [name, parts] of Object.entries(nodes)) await cluster.addNode(name, parts);
  for (const object of objects) await cluster.create(object);
  for (const [name, one] of Object.entries(present)) await cluster.run(name, one.spec, { labels: one.labels ?? {} });
  const pod: Pod = await cluster.run("new", spec, { labels });
  return { pod, scheduler: cluster.scheduler };
}

export const on = (nodeName: string, spec: object = {}): { spec: object } => ({ spec: { nodeName, ...spec } });
export const web = { app: "web" };
export const webOn = (nodeName: string, spec: object = {}): { spec: object; labels: object } => ({
  spec: { nodeName, ...spec },
  labels: web,
});
export const nearWeb = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: web } };
export const evenWeb = (more: object = {}): object => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: web },
      ...more,
    },
  ],
});
