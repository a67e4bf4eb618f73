import type { KubeObject, ObjectKey } from "../../api/object.ts";
import { badRequest, conflict, invalid, invalidObject, notFound } from "../../api/status.ts";
import type { BoundObjectReference, Pod, TokenRequest } from "../../api/types.gen.ts";
import type { BoundKind, ServiceAccountTokens, TokenRequestDetails } from "../auth/service-account-tokens.ts";
import type { Registry } from "../registry.ts";
import type { CreatableSubresource } from "./subresource.ts";

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;

/** `kubectl create token NAME`. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export function tokenSubresource(tokens: ServiceAccountTokens): CreatableSubresource {
  return {
    plural: "serviceaccounts",
    subresource: "token",

    async create({ registry, resource, key, body }) {
      const account = registry.get(resource, key);
      const { spec } = body as TokenRequest;
      // A required list may still be left out.
      const audiences = (spec as Partial<TokenRequest["spec"]>).audiences ?? [];
      const expirationSeconds = spec.expirationSeconds ?? 3600;
      checkExpiration(expirationSeconds, key.name);
      const { token, expiresAt } = tokens.issue({
        serviceAccount: { ...key, uid: account.metadata.uid ?? "" },
        audiences,
        expirationSeconds,
        ...boundDetails(registry, key, spec.boundObjectRef),
      });
      return {
        kind: "TokenRequest",
        apiVersion: "authentication.k8s.io/v1",
        metadata: { name: key.name, namespace: key.namespace, creationTimestamp: null },
        spec: { ...spec, audiences: audiences.length > 0 ? audiences : [tokens.issuer], expirationSeconds },
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

type Bound = Pick<TokenRequestDetails, "boundTo" | "node">;

/** The object that a token is to be bound to must be there, and be the one that is meant. */
function boundDetails(registry: Registry, account: ObjectKey, reference: BoundObjectReference | undefined): Bound {
  if (!reference) return {};
  const { apiVersion = "", kind = "", name = "", uid: wanted } = reference;
  const plural = pluralOf[kind];
  if (!plural || apiVersion !== "v1")
    throw badRequest(`cannot bind token for serviceaccount to object of type ${apiVersion}, Kind=${kind}`);
  const object = registry.catalogue.find("", "v1", plural);
  const namespace = kind === "Node" ? "" : account.namespace;
  const found = object && registry.find(object, { namespace, name });
  if (!found) throw notFound({ group: "", plural }, name);
  const uid = found.metadata.uid ?? "";
  if (wanted && wanted !== uid) {
    const why = `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: "", plural }, name, why);
  }
  const boundTo = { kind: kind as BoundKind, name, uid };
  return kind === "Pod" ? { boundTo, ...nodeOf(registry, account, found as Pod) } : { boundTo };
}

const pluralOf: Readonly<Record<string, string>> = { Node: "nodes", Pod: "pods", Secret: "secrets" };

function nodeOf(registry: Registry, account: ObjectKey, { spec }: Pod): Pick<TokenRequestDetails, "node"> {
  if (spec.serviceAccountName !== account.name) {
    const who = JSON.stringify(account.name);
    throw badRequest(`cannot bind token for serviceaccount ${who} to pod running with different serviceaccount name.`);
  }
  const nodes = registry.catalogue.find("", "v1", "nodes");
  const name = spec.nodeName ?? "";
  const node = nodes && name ? registry.find(nodes, { namespace: "", name }) : undefined;
  return node ? { node: { name, uid: node.metadata.uid ?? "" } } : {};
}
