import type { KubeObject, Mutable } from "../../api/object.ts";
import { type Call, writeOptions } from "../call.ts";
import { isSet } from "../query-flag.ts";

const podKinds: Readonly<Record<string, string>> = {
  attach: "PodAttachOptions",
  exec: "PodExecOptions",
  portforward: "PodPortForwardOptions",
};

/** Lets admission judge a connection before it is made: exec, attach, port-forward and proxies. Rejects with ApiError. */
export async function admitConnection(call: Call): Promise<void> {
  const { route, registry } = call;
  const { resource, subresource, namespace, name } = route;
  const kind = subresource === "proxy" ? `${resource.kind}ProxyOptions` : podKinds[subresource];
  if (!kind) return;
  const object = { apiVersion: "v1", kind, ...optionsOf(call) } as unknown as Mutable<KubeObject>;
  const key = { namespace, name };
  await registry.judge({ operation: "CONNECT", subresource, resource, object, key, options: writeOptions(call) });
}

function optionsOf({ request, route }: Call): object {
  const { query } = request;
  if (route.subresource === "proxy") return { path: route.rest };
  if (route.subresource === "portforward") {
    return { ports: query.getAll("ports").flatMap((list) => list.split(",").map(Number)) };
  }
  const flags = ["stdin", "stdout", "stderr", "tty"].filter((flag) => isSet(query, flag));
  const [container, command] = [query.get("container"), query.getAll("command")];
  return {
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...(container ? { container } : {}),
    ...(command.length > 0 ? { command } : {}),
  };
}
