import { sameTree } from "../api/object.ts";
import type { Namespace } from "../api/types.gen.ts";
import { configMaps } from "../resources/core/config-map.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { type Controller, watching } from "./controller.ts";

const name = "kube-root-ca.crt";

/** The cluster's certificate authority, which may come into being later. */
export interface RootCa {
  readonly caPem: string | undefined;
  onChange(listener: () => void): () => void;
}

const nobody = "# This cluster serves no TLS yet: there is nothing to trust.\n";

/** Every namespace has the cluster's CA certificate, for pods that speak to the API server. */
export function rootCaPublisher(root: RootCa): Controller<Namespace> {
  return {
    name: "root-ca-certificate-publisher-controller",
    reconciles: namespaces,
    start({ informers }, wake) {
      root.onChange(() => {
        for (const { metadata } of informers.for(namespaces).list()) wake({ namespace: "", name: metadata.name });
      });
    },
    watches: [
      watching(configMaps, ({ object: { metadata } }) =>
        metadata.name === name ? [{ namespace: "", name: metadata.namespace ?? "" }] : [],
      ),
    ],

    async reconcile(key, { client, informers }) {
      const namespace = informers.for(namespaces).get(key);
      if (!namespace || namespace.metadata.deletionTimestamp) return;
      const current = informers.for(configMaps).get({ namespace: key.name, name });
      const data = { "ca.crt": root.caPem ?? nobody };
      if (current && sameTree(current.data, data)) return;
      const annotations = {
        "kubernetes.io/description":
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
      };
      const metadata = { name, namespace: key.name, annotations };
      const wanted = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
      if (current) await client.update(configMaps, wanted);
      else await client.create(configMaps, wanted);
    },
  };
}
