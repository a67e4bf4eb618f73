import type { KubeObject } from "../../../api/object.ts";
import { booleans, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { mebibytes, metricsRoot, milliCpu, requireMetrics, type Usage } from "../../metrics.ts";
import { byBytes } from "../../printers/go-json.ts";
import { tableStops, tabulate } from "../../printers/tabulate.ts";
import { listAll, selectorQuery } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";

type PodMetrics = KubeObject & { readonly containers: readonly { readonly name: string; readonly usage: Usage }[] };

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_top/kubectl_top_pod/ */
export const topPod: Verb = {
  names: ["pod", "pods", "po"],
  summary: "Display resource (CPU/memory) usage of pods",
  usage: "[NAME | -l label]",
  flags: [
    ...values("selector/l", "field-selector", "sort-by"),
    ...booleans("no-headers", "containers", "all-namespaces/A", "sum", "use-protocol-buffers"),
  ],

  async run(call) {
    const { flags, io, namespace } = call;
    const sortBy = flags.value("sort-by") ?? "";
    if (!["", "cpu", "memory"].includes(sortBy)) throw new KubectlError("--sort-by accepts only cpu or memory");
    await requireMetrics(call);
    const metrics = await metricsOf(call);
    if (metrics.length === 0) {
      await io.err(
        flags.isTrue("all-namespaces") ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`,
      );
      return;
    }
    const sorted = metrics.toSorted((a, b) => compare(a, b, sortBy));
    const rows = sorted.flatMap((pod) => rowsFor(pod, call));
    const sum = flags.isTrue("sum") ? [sumRow(sorted, call)] : [];
    const lines = [...(flags.isTrue("no-headers") ? [] : [headerFor(call)]), ...rows, ...sum];
    await io.out(tabulate(lines.map((line) => `${line.join("\t")}\t\n`).join(""), tableStops));
  },
};

async function metricsOf(call: Call): Promise<readonly PodMetrics[]> {
  const { flags, namespace, rest } = call;
  const [name] = flags.args;
  const place = flags.isTrue("all-namespaces") ? "" : `/namespaces/${namespace}`;
  if (name !== undefined) return [await rest.json<PodMetrics>("GET", `${metricsRoot}${place}/pods/${name}`)];
  return listAll<PodMetrics>(`${metricsRoot}${place}/pods`, call, selectorQuery(call));
}

function total({ containers }: PodMetrics): { cpu: number; memory: number } {
  return {
    cpu: containers.reduce((sum, { usage }) => sum + milliCpu(usage["cpu"]), 0),
    memory: containers.reduce((sum, { usage }) => sum + mebibytes(usage["memory"]), 0),
  };
}

function compare(a: PodMetrics, b: PodMetrics, sortBy: string): number {
  if (sortBy === "cpu" || sortBy === "memory") return total(b)[sortBy] - total(a)[sortBy];
  return byBytes(a.metadata.namespace ?? "", b.metadata.namespace ?? "") || byBytes(a.metadata.name, b.metadata.name);
}

function headerFor({ flags }: Call): string[] {
  const place = flags.isTrue("all-namespaces") ? ["NAMESPACE"] : [];
  const names = flags.isTrue("containers") ? ["POD", "NAME"] : ["NAME"];
  return [...place, ...names, "CPU(cores)", "MEMORY(bytes)"];
}

function rowsFor(pod: PodMetrics, { flags }: Call): string[][] {
  const place = flags.isTrue("all-namespaces") ? [pod.metadata.namespace ?? ""] : [];
  if (!flags.isTrue("containers")) {
    const { cpu, memory } = total(pod);
    return [[...place, pod.metadata.name, `${cpu}m`, `${memory}Mi`]];
  }
  return pod.containers.map(({ name, usage }) => {
    return [...place, pod.metadata.name, name, `${milliCpu(usage["cpu"])}m`, `${mebibytes(usage["memory"])}Mi`];
  });
}

function sumRow(pods: readonly PodMetrics[], { flags }: Call): string[] {
  const cpu = pods.reduce((sum, pod) => sum + total(pod).cpu, 0);
  const memory = pods.reduce((sum, pod) => sum + total(pod).memory, 0);
  const margin = (flags.isTrue("all-namespaces") ? 1 : 0) + (flags.isTrue("containers") ? 1 : 0);
  return [...Array.from({ length: margin }, () => ""), "", `${cpu}m`, `${memory}Mi`];
}
