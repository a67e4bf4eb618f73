import { createHmac, timingSafeEqual } from "node:crypto";

import type { ObjectKey } from "../../api/object.ts";
import type { Clock } from "../../sim/clock.ts";
import type { UserInfo } from "../request.ts";
import type { TokenAuthenticator } from "./authentication.ts";

const issuer = "https://kubernetes.default.svc.cluster.local";

export interface TokenRequestDetails {
  readonly serviceAccount: ObjectKey & { readonly uid: string };
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** The object whose end ends the token. */
  readonly boundTo?: { readonly kind: string; readonly name: string; readonly uid: string };
}

interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly sub: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
  };
}

export interface ServiceAccountTokens extends TokenAuthenticator {
  issue(details: TokenRequestDetails): { readonly token: string; readonly expiresAt: number };
  readonly issuer: string;
}

/**
 * JSON web tokens for service accounts, signed with a secret that lives as long as the cluster.
 * `isAlive` says whether an account or pod with that uid still exists.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
export function serviceAccountTokens(options: {
  readonly clock: Clock;
  readonly secret: Uint8Array;
  isAlive(kind: "ServiceAccount" | "Pod", key: ObjectKey, uid: string): boolean;
}): ServiceAccountTokens {
  const { clock, secret } = options;
  const sign = (text: string): string => createHmac("sha256", secret).update(text).digest("base64url");
  return {
    issuer,
    issue({ serviceAccount, audiences, expirationSeconds, boundTo }) {
      const { namespace, name, uid } = serviceAccount;
      const issuedAt = Math.floor(clock.now() / 1000);
      const expiresAt = issuedAt + expirationSeconds;
      const claims = {
        aud: audiences.length > 0 ? audiences : [issuer],
        exp: expiresAt,
        iat: issuedAt,
        iss: issuer,
        "kubernetes.io": {
          namespace,
          ...(boundTo?.kind === "Pod" ? { pod: { name: boundTo.name, uid: boundTo.uid } } : {}),
          serviceaccount: { name, uid },
        },
        nbf: issuedAt,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
      return { token: `${text}.${sign(text)}`, expiresAt: expiresAt * 1000 };
    },
    authenticateToken(token) {
      const claims = verified(token, sign);
      if (!claims || claims.exp * 1000 < clock.now() || !claims.aud.includes(issuer)) return undefined;
      const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
      const key = { namespace, name: serviceaccount.name };
      if (!options.isAlive("ServiceAccount", key, serviceaccount.uid)) return undefined;
      if (pod && !options.isAlive("Pod", { namespace, name: pod.name }, pod.uid)) return undefined;
      return userOf(claims);
    },
  };
}

function userOf({ sub, "kubernetes.io": { namespace, serviceaccount } }: Claims): UserInfo {
  return {
    name: sub,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function verified(token: string, sign: (text: string) => string): Claims | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) return undefined;
  const expected = Buffer.from(sign(`${head}.${body}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Claims;
}
