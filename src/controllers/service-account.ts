import type { Namespace } from "../api/types.gen.ts";
import { namespaces } from "../resources/core/namespace.ts";
import { serviceAccounts } from "../resources/core/service-account.ts";
import { type Controller, watching } from "./controller.ts";

/** Every namespace has a ServiceAccount named `default`. */
export const serviceAccountController: Controller<Namespace> = {
  name: "service-account-controller",
  reconciles: namespaces,
  watches: [watching(serviceAccounts, ({ object }) => [{ namespace: "", name: object.metadata.namespace ?? "" }])],

  async reconcile({ name }, { client, informers }) {
    const namespace = informers.for(namespaces).get({ namespace: "", name });
    if (!namespace || namespace.metadata.deletionTimestamp) return;
    if (informers.for(serviceAccounts).get({ namespace: name, name: "default" })) return;
    const metadata = { name: "default", namespace: name };
    await client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
  },
};
