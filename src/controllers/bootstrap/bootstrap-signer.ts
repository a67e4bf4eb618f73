import { createHmac } from "node:crypto";

import { sameTree } from "../../api/object.ts";
import type { ConfigMap } from "../../api/types.gen.ts";
import { bootstrapTokenIn, bootstrapTokenNamespace } from "../../resources/core/bootstrap-token.ts";
import { configMaps } from "../../resources/core/config-map.ts";
import { secrets } from "../../resources/core/secret.ts";
import { type Controller, watching } from "../controller.ts";

const clusterInfo = { namespace: "kube-public", name: "cluster-info" };
const signaturePrefix = "jws-kubeconfig-";

/**
 * Signs the kubeconfig in the ConfigMap `cluster-info` with every bootstrap token, so that who has one of them can
 * believe it before trusting anybody. https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#configmap-signing
 */
export const bootstrapSigner: Controller<ConfigMap> = {
  name: "bootstrap-signer-controller",
  reconciles: configMaps,
  isNews: ({ object: { metadata } }) =>
    metadata.name === clusterInfo.name && metadata.namespace === clusterInfo.namespace,
  watches: [watching(secrets, ({ object }) => (bootstrapTokenIn(object) ? [clusterInfo] : []))],

  async reconcile(key, { client, informers, clock }) {
    const configMap = informers.for(configMaps).get(key);
    const { kubeconfig } = configMap?.data ?? {};
    if (!configMap || kubeconfig === undefined) return;
    const tokens = informers
      .for(secrets)
      .list(bootstrapTokenNamespace)
      .flatMap((secret) => bootstrapTokenIn(secret) ?? [])
      .filter(({ signs, expiresAt }) => signs && expiresAt > clock.now());
    const others = Object.entries(configMap.data ?? {}).filter(([field]) => !field.startsWith(signaturePrefix));
    const signatures = tokens.map(({ id, secret }) => [
      `${signaturePrefix}${id}`,
      detachedSignature(kubeconfig, id, secret),
    ]);
    const data = Object.fromEntries([...others, ...signatures]) as Record<string, string>;
    if (!sameTree(data, configMap.data)) await client.update(configMaps, { ...configMap, data });
  },
};

/** A JSON web signature without what it signs. https://www.rfc-editor.org/rfc/rfc7515#appendix-F */
function detachedSignature(text: string, id: string, secret: string): string {
  const head = Buffer.from(JSON.stringify({ alg: "HS256", kid: id })).toString("base64url");
  const signed = `${head}.${Buffer.from(text).toString("base64url")}`;
  return `${head}..${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
