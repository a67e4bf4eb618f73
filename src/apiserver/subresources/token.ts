import type { KubeObject } from "../../api/object.ts";
import { invalid, invalidObject, notFound } from "../../api/status.ts";
import type { TokenRequest } from "../../api/types.gen.ts";
import type { ServiceAccountTokens } from "../auth/service-account-tokens.ts";
import type { CreatableSubresource } from "./subresource.ts";

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;
const pods = { group: "", plural: "pods" };

/** `kubectl create token NAME`. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export function tokenSubresource(tokens: ServiceAccountTokens): CreatableSubresource {
  return {
    plural: "serviceaccounts",
    subresource: "token",

    async create({ registry, resource, key, body }) {
      const account = registry.get(resource, key);
      const { spec } = body as TokenRequest;
      const expirationSeconds = spec?.expirationSeconds ?? 3600;
      checkExpiration(expirationSeconds, key.name);
      const bound = spec?.boundObjectRef;
      if (bound?.kind === "Pod") {
        const podResource = registry.catalogue.find("", "v1", "pods");
        const pod = podResource && registry.find(podResource, { namespace: key.namespace, name: bound.name ?? "" });
        if (!pod) throw notFound(pods, bound.name ?? "");
      }
      const { token, expiresAt } = tokens.issue({
        serviceAccount: { ...key, uid: account.metadata.uid ?? "" },
        audiences: spec?.audiences ?? [],
        expirationSeconds,
        ...(bound ? { boundTo: { kind: bound.kind ?? "", name: bound.name ?? "", uid: bound.uid ?? "" } } : {}),
      });
      return {
        kind: "TokenRequest",
        apiVersion: "authentication.k8s.io/v1",
        metadata: { name: key.name, namespace: key.namespace, creationTimestamp: null },
        spec: { ...spec, audiences: spec?.audiences?.length ? spec.audiences : [tokens.issuer], expirationSeconds },
        status: { token, expirationTimestamp: `${new Date(expiresAt).toISOString().slice(0, 19)}Z` },
      } as unknown as KubeObject;
    },
  };
}

function checkExpiration(seconds: number, name: string): void {
  const why =
    seconds < shortestSeconds
      ? "may not specify a duration less than 10 minutes"
      : seconds > longestSeconds
        ? "may not specify a duration larger than 2^32 seconds"
        : undefined;
  if (!why) return;
  const error = invalid("spec.expirationSeconds", seconds, why);
  throw invalidObject({ group: "authentication.k8s.io", kind: "TokenRequest" }, name, [error]);
}
