import { ApiError } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";
import { containerNames } from "../default-container.ts";
import { booleans, lists, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { typeNameOf } from "../manifest.ts";
import { typedTree } from "../printers/go-typed.ts";
import { printObject } from "../printers/print-object.ts";
import type { ObjectList } from "../rest.ts";
import { listAll } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

const kinds = [
  "/api/v1/namespaces/NS/events",
  "/api/v1/namespaces/NS/replicationcontrollers",
  "/api/v1/namespaces/NS/services",
  "/apis/apps/v1/namespaces/NS/daemonsets",
  "/apis/apps/v1/namespaces/NS/deployments",
  "/apis/apps/v1/namespaces/NS/replicasets",
  "/api/v1/namespaces/NS/pods",
];

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cluster-info/kubectl_cluster-info_dump/ */
export const clusterInfoDump: Verb = {
  names: ["dump"],
  summary: "Dump relevant information for debugging and diagnosis",
  flags: [...values("output-directory", "output/o"), ...lists("namespaces"), ...booleans("all-namespaces/A")],

  async run(call) {
    const { flags, io } = call;
    const directory = flags.value("output-directory") ?? "-";
    if (directory !== "-") throw new KubectlError("--output-directory is not supported by this kubectl");
    const output = flags.value("output") ?? "json";
    const print = async (path: string): Promise<void> => {
      await io.out(printObject(typedList(await call.rest.json<ObjectList>("GET", path)), output, { typed: true }));
    };
    await print("/api/v1/nodes");
    for (const namespace of await namespacesOf(call)) {
      for (const kind of kinds) await print(kind.replace("NS", namespace));
      await printLogs(namespace, call);
    }
  },
};

/** As a Go client has it: without the kind of each item. */
function typedList({ kind, apiVersion, metadata, items }: ObjectList): object {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  const typeName = typeNameOf({ group, version, kind: kind.replace(/List$/u, "") });
  return { kind, apiVersion, metadata, items: items.map((item) => typedTree(item, typeName)) };
}

async function namespacesOf(call: Call): Promise<readonly string[]> {
  if (call.flags.isTrue("all-namespaces"))
    return (await listAll("/api/v1/namespaces", call)).map(({ metadata }) => metadata.name);
  const given = call.flags.values("namespaces");
  return given.length > 0 ? given : ["kube-system", call.namespace];
}

async function printLogs(namespace: string, call: Call): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  for (const pod of await listAll<Pod>(path, call)) {
    const { name } = pod.metadata;
    for (const container of containerNames(pod)) {
      await call.io.out(`==== START logs for container ${container} of pod ${namespace}/${name} ====\n`);
      await printLog(`${path}/${name}/log`, container, call);
      await call.io.out(`==== END logs for container ${container} of pod ${namespace}/${name} ====\n`);
    }
  }
}

/** A log that cannot be had does not stop the dump. */
async function printLog(path: string, container: string, { rest, io }: Call): Promise<void> {
  try {
    for await (const bytes of await rest.stream("GET", path, { query: { container } })) await io.out(bytes);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await io.out(`Request log error: ${error.message}\n`);
  }
}
