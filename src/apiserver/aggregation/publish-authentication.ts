import type { KubeObject } from "../../api/object.ts";
import type { ConfigMap } from "../../api/types.gen.ts";
import { configMaps } from "../../resources/core/config-map.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { describeError, type Log } from "../../sim/log.ts";
import type { Registry } from "../registry.ts";

/** The cluster's certificate authority, which may come into being later. */
interface Authority {
  readonly caPem: string | undefined;
  onChange(listener: () => void): () => void;
}

const resource = configMaps as unknown as ResourceDefinition;
const namespace = "kube-system";
const name = "extension-apiserver-authentication";
const write = { user: { name: "system:apiserver", groups: ["system:masters"] }, manager: "kube-apiserver" };

/**
 * Tells other API servers, in a ConfigMap, whose certificates prove who asks and who may ask for others. The returned
 * function stops. https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
export function publishAuthentication(registry: Registry, authority: Authority, log: Log): () => void {
  return authority.onChange(() => {
    if (authority.caPem === undefined) return;
    publish(registry, authority.caPem).catch((error: unknown) => {
      log.write("error", `ConfigMap ${namespace}/${name}: ${describeError(error)}`);
    });
  });
}

async function publish(registry: Registry, caPem: string): Promise<void> {
  const data = {
    "client-ca-file": caPem,
    "requestheader-allowed-names": '["front-proxy-client"]',
    "requestheader-client-ca-file": caPem,
    "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
    "requestheader-group-headers": '["X-Remote-Group"]',
    "requestheader-username-headers": '["X-Remote-User"]',
  };
  const key = { namespace, name };
  const wanted: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata: key, data };
  const change = (current: KubeObject): KubeObject => ({ ...current, data }) as KubeObject;
  if (registry.find(resource, key)) await registry.update(resource, key, change, write);
  else await registry.create(resource, wanted, write);
}
