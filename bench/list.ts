import { createCluster } from "picokube";

import { untilReady } from "./api.ts";
import { load } from "./load.ts";
import { replicaSet } from "./manifests.ts";
import type { Row } from "./row.ts";

/** LIST of 1000 pods over HTTPS, with the admin's certificate. */
export async function listRows(): Promise<readonly Row[]> {
  const cluster = await createCluster({ clock: "real", nodes: 10 });
  const server = await cluster.listen();
  await cluster.apply(replicaSet("web", 1000));
  await untilReady(cluster, "replicasets/web", 1000);
  const [user] = server.kubeconfig.users;
  const [of] = server.kubeconfig.clusters;
  if (!user || !of) throw new Error("the kubeconfig is empty");
  const text = (base64: string): string => Buffer.from(base64, "base64").toString();
  const tls = {
    ca: text(of.cluster["certificate-authority-data"]),
    cert: text(user.user["client-certificate-data"]),
    key: text(user.user["client-key-data"]),
  };
  const options = { connections: 1, keepAlive: true, tls, url: `${server.url}/api/v1/namespaces/default/pods` };
  await load({ ...options, requests: 20 });
  const { perSecond, cpuMicros } = await load({ ...options, requests: 100 });
  await cluster.close();
  return [{ name: "LIST of 1000 pods over HTTPS", value: 1000 / perSecond, unit: "ms", cpuMs: cpuMicros / 1000 }];
}
