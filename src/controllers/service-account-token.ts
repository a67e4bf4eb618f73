import { keyOf, type KubeObject } from "../api/object.ts";
import type { Secret, ServiceAccount, TokenRequest } from "../api/types.gen.ts";
import { deleteIfPresent } from "../client/delete-if-present.ts";
import { secrets } from "../resources/core/secret.ts";
import { serviceAccounts } from "../resources/core/service-account.ts";
import { type Controller, type ControllerContext, watching } from "./controller.ts";
import type { RootCa } from "./root-ca-publisher.ts";

const tokenType = "kubernetes.io/service-account-token";
const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";
/** As long as a token may live: these do not end. */
const longestSeconds = 2 ** 32;

/** Fills Secrets of type service-account-token, and removes those whose account has gone. https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets */
export function serviceAccountTokenController(root: RootCa): Controller<Secret> {
  return {
    name: "serviceaccount-token-controller",
    reconciles: secrets,
    isNews: ({ object }) => object.type === tokenType,
    watches: [
      watching(serviceAccounts, ({ object }, { informers }) =>
        informers
          .for(secrets)
          .list(object.metadata.namespace)
          .filter((secret) => secret.metadata.annotations?.[nameAnnotation] === object.metadata.name)
          .map((secret) => keyOf(secret)),
      ),
    ],

    start({ informers }, wake) {
      root.onChange(() => {
        for (const secret of informers.for(secrets).list()) if (secret.type === tokenType) wake(keyOf(secret));
      });
    },

    async reconcile(key, context) {
      const secret = context.informers.for(secrets).get(key);
      if (secret?.type !== tokenType || secret.metadata.deletionTimestamp) return;
      const { annotations = {} } = secret.metadata;
      const account = context.informers
        .for(serviceAccounts)
        .get({ namespace: key.namespace, name: annotations[nameAnnotation] ?? "" });
      const isAnothers =
        annotations[uidAnnotation] !== undefined && annotations[uidAnnotation] !== account?.metadata.uid;
      if (!account || isAnothers) await deleteIfPresent(context.client, secrets, key);
      else await fill(secret, account, { root, context });
    },
  };
}

async function fill(
  secret: Secret,
  account: ServiceAccount,
  { root, context }: { root: RootCa; context: ControllerContext },
): Promise<void> {
  const { data = {} } = secret;
  const ca = root.caPem;
  const wanted = {
    ...(ca === undefined ? {} : { "ca.crt": encode(ca) }),
    namespace: data["namespace"] ?? encode(secret.metadata.namespace ?? ""),
    token: data["token"] ?? encode(await issueToken(account, secret, context)),
  };
  const { uid = "" } = account.metadata;
  const isFilled = Object.entries(wanted).every(([name, value]) => data[name] === value);
  if (isFilled && secret.metadata.annotations?.[uidAnnotation] === uid) return;
  const metadata = { annotations: { [uidAnnotation]: uid } };
  await context.client.patch(secrets, keyOf(secret), { metadata, data: wanted });
}

/** It ends with its Secret. */
async function issueToken(account: ServiceAccount, secret: Secret, { client }: ControllerContext): Promise<string> {
  const { name, namespace = "" } = account.metadata;
  const { name: secretName, uid = "" } = secret.metadata;
  const boundObjectRef = { apiVersion: "v1", kind: "Secret", name: secretName, uid };
  const request: TokenRequest = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { name, namespace },
    spec: { audiences: [], expirationSeconds: longestSeconds, boundObjectRef },
  };
  const answer: KubeObject = await client.createSubresource(serviceAccounts, keyOf(account), "token", request);
  return (answer as TokenRequest).status?.token ?? "";
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
