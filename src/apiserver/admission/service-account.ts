import type { Mutable } from "../../api/object.ts";
import { forbidden } from "../../api/status.ts";
import type { Container, Pod, ServiceAccount, Volume } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const tokenSeconds = 3607;

/** Gives every pod a service account and, unless it declines, that account's token as a volume. */
export const serviceAccount: AdmissionStep = {
  name: "ServiceAccount",

  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || resource.plural !== "pods" || resource.group !== "") return;
    const { spec, metadata } = object as Mutable<Pod>;
    if (metadata.annotations?.["kubernetes.io/config.mirror"]) return;
    spec.serviceAccountName ??= "default";
    if (spec.serviceAccountName === "") spec.serviceAccountName = "default";
    spec.serviceAccount = spec.serviceAccountName;
    const accounts = registry.catalogue.find("", "v1", "serviceaccounts");
    const key = { namespace: metadata.namespace ?? "", name: spec.serviceAccountName };
    const account: ServiceAccount | undefined = accounts && registry.find(accounts, key);
    if (!account) throw noAccount(metadata.name, key.namespace, key.name);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets) {
      spec.imagePullSecrets = account.imagePullSecrets.map((secret) => ({ ...secret }));
    }
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
      mountToken(spec, () => `kube-api-access-${registry.random.suffix()}`);
    }
  },
};

function noAccount(pod: string, namespace: string, account: string): Error {
  const why = `error looking up service account ${namespace}/${account}: serviceaccount ${JSON.stringify(account)} not found`;
  return forbidden({ group: "", plural: "pods" }, pod, why);
}

function mountToken(spec: Mutable<Pod>["spec"], nameVolume: () => string): void {
  const containers: Mutable<Container>[] = [...(spec.initContainers ?? []), ...spec.containers];
  const without = containers.filter(
    ({ volumeMounts }) => !volumeMounts?.some((mount) => mount.mountPath === mountPath),
  );
  if (without.length === 0) return;
  const volume = spec.volumes?.find(({ name }) => name.startsWith("kube-api-access-"))?.name ?? nameVolume();
  for (const container of without) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: volume, readOnly: true, mountPath }];
  }
  if (!spec.volumes?.some(({ name }) => name === volume)) spec.volumes = [...(spec.volumes ?? []), tokenVolume(volume)];
}

function tokenVolume(name: string): Mutable<Volume> {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}
