import type { KubeObject } from "../../../api/object.ts";
import { parseQuantity } from "../../../api/quantity.ts";
import type { Node } from "../../../api/types.gen.ts";
import { booleans, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { mebibytes, metricsRoot, milliCpu, requireMetrics, type Usage } from "../../metrics.ts";
import { byBytes } from "../../printers/go-json.ts";
import { tableStops, tabulate } from "../../printers/tabulate.ts";
import { listAll, selectorQuery } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";

type NodeMetrics = KubeObject & { readonly usage: Usage };

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_top/kubectl_top_node/ */
export const topNode: Verb = {
  names: ["node", "nodes", "no"],
  summary: "Display resource (CPU/memory) usage of nodes",
  usage: "[NAME | -l label]",
  flags: [...values("selector/l", "sort-by"), ...booleans("no-headers", "use-protocol-buffers", "show-capacity")],

  async run(call) {
    const { flags, io } = call;
    const sortBy = flags.value("sort-by") ?? "";
    if (!["", "cpu", "memory"].includes(sortBy)) throw new KubectlError("--sort-by accepts only cpu or memory");
    await requireMetrics(call);
    const metrics = await metricsOf(call);
    if (metrics.length === 0) throw new KubectlError("metrics not available yet");
    const nodes = new Map((await listAll<Node>("/api/v1/nodes", call)).map((node) => [node.metadata.name, node]));
    const missing = [...nodes.keys()].filter((name) => !metrics.some(({ metadata }) => metadata.name === name));
    const unknown =
      flags.args.length > 0 ? [] : missing.map((name) => [name, ...Array.from({ length: 4 }, () => "<unknown>")]);
    const rows = metrics
      .toSorted((a, b) => compare(a, b, sortBy))
      .map(({ metadata, usage }) =>
        rowFor(metadata.name, usage, nodes.get(metadata.name), flags.isTrue("show-capacity")),
      );
    const header = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"];
    const lines = [...(flags.isTrue("no-headers") ? [] : [header]), ...rows, ...unknown];
    await io.out(tabulate(lines.map((line) => `${line.join("\t")}\t\n`).join(""), tableStops));
  },
};

async function metricsOf(call: Call): Promise<readonly NodeMetrics[]> {
  const [name] = call.flags.args;
  if (name === undefined) return listAll<NodeMetrics>(`${metricsRoot}/nodes`, call, selectorQuery(call));
  return [await call.rest.json<NodeMetrics>("GET", `${metricsRoot}/nodes/${name}`)];
}

function compare(a: NodeMetrics, b: NodeMetrics, sortBy: string): number {
  if (sortBy === "cpu") return milliCpu(b.usage["cpu"]) - milliCpu(a.usage["cpu"]);
  if (sortBy === "memory") return mebibytes(b.usage["memory"]) - mebibytes(a.usage["memory"]);
  return byBytes(a.metadata.name, b.metadata.name);
}

function rowFor(name: string, usage: Usage, node: Node | undefined, capacity: boolean): string[] {
  const total = (capacity ? node?.status?.capacity : node?.status?.allocatable) ?? {};
  const [cpu, memory] = [milliCpu(usage["cpu"]), mebibytes(usage["memory"])];
  const share = (kind: string): string => {
    const [used, all] = [usage[kind], total[kind]].map((amount) => parseQuantity(amount ?? "0").nanos);
    return used === undefined || !all ? "<unknown>" : `${(used * 100n) / all}%`;
  };
  return [name, `${cpu}m`, share("cpu"), `${memory}Mi`, share("memory")];
}
