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
 * Tells other API servers, in a ConfigMap, whose certificates prove who asks and who may ask for others: the
 * authority's, once there is one. The returned function stops.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
export function publishAuthentication(registry: Registry, authority: Authority, log: Log): () => void {
  return authority.onChange(() => {
    const { data } = authenticationConfigMap(authority.caPem);
    const change = (current: KubeObject): KubeObject => ({ ...current, data }) as KubeObject;
    registry.update(resource, { namespace, name }, change, write).catch((error: unknown) => {
      log.write("error", `ConfigMap ${namespace}/${name}: ${describeError(error)}`);
    });
  });
}

const nobody = "# This cluster serves no TLS yet: there is nothing to trust.\n";

/** As it is in every new cluster: before there is an authority, nobody is believed. */
export function authenticationConfigMap(caPem = nobody): ConfigMap {
  const data = {
    "client-ca-file": caPem,
    "requestheader-allowed-names": '["front-proxy-client"]',
    "requestheader-client-ca-file": caPem,
    "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
    "requestheader-group-headers": '["X-Remote-Group"]',
    "requestheader-username-headers": '["X-Remote-User"]',
  };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data };
}
