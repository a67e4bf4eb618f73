import type { ObjectKey } from "../../api/object.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { UserInfo } from "../request.ts";
import { type TokenAuthenticator, TokenError } from "./authentication.ts";
import { type TokenKey, tokenKey } from "./token-key.ts";

export const issuer = "https://kubernetes.default.svc.cluster.local";
const extraPrefix = "authentication.kubernetes.io/";

/** What a token's life hangs on besides its service account. */
export type BoundKind = "Node" | "Pod" | "Secret";

interface Reference {
  readonly name: string;
  readonly uid: string;
}

export interface TokenRequestDetails {
  readonly serviceAccount: ObjectKey & { readonly uid: string };
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** The object whose end ends the token. */
  readonly boundTo?: Reference & { readonly kind: BoundKind };
  /** The node of the pod that it is bound to. */
  readonly node?: Reference;
}

interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly jti: string;
  readonly sub: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: Reference;
    readonly pod?: Reference;
    readonly node?: Reference;
    readonly secret?: Reference;
  };
}

export interface ServiceAccountTokens extends TokenAuthenticator {
  issue(details: TokenRequestDetails): { readonly token: string; readonly expiresAt: number };
  readonly issuer: string;
  readonly publicKey: TokenKey["publicKey"];
}

export interface ServiceAccountTokenOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** 32 bytes that sign them. */
  readonly secret: Uint8Array;
  /** The uid of an object that exists; one that is ending counts for a while. */
  uidOf(kind: "ServiceAccount" | BoundKind, key: ObjectKey): string | undefined;
}

/**
 * JSON web tokens for service accounts, signed by a key that lives as long as the cluster.
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
export function serviceAccountTokens({
  clock,
  random,
  secret,
  uidOf,
}: ServiceAccountTokenOptions): ServiceAccountTokens {
  const key = tokenKey(secret);
  return {
    issuer,
    publicKey: key.publicKey,
    issue(details) {
      const issuedAt = Math.floor(clock.now() / 1000);
      const token = key.sign(claimsOf(details, issuedAt, random.uuid()));
      return { token, expiresAt: (issuedAt + details.expirationSeconds) * 1000 };
    },
    authenticateToken(token, wanted = [issuer]) {
      const claims = key.read(token) as Claims | undefined;
      if (!claims) return undefined;
      const audiences = claims.aud.filter((audience) => wanted.includes(audience));
      if (audiences.length === 0) throw new TokenError(wrongAudience(claims.aud, wanted));
      if (claims.exp * 1000 < clock.now()) throw new TokenError("service account token has expired");
      checkBound(claims, uidOf);
      return { user: userOf(claims), audiences };
    },
  };
}

/** What pods ask for by default. */
const podTokenSeconds = 3607;
const yearSeconds = 365 * 24 * 3600;

/** Programs that never read their token again may use that of their pod for a year, though it is said to end sooner. */
function isExtended({ boundTo, expirationSeconds, audiences }: TokenRequestDetails): boolean {
  return (
    boundTo?.kind === "Pod" &&
    expirationSeconds === podTokenSeconds &&
    audiences.every((audience) => audience === issuer)
  );
}

function claimsOf(details: TokenRequestDetails, issuedAt: number, jti: string): object {
  const { serviceAccount, audiences, boundTo, node, expirationSeconds } = details;
  const { namespace, name, uid } = serviceAccount;
  const extended = isExtended(details);
  const warning = extended ? { warnafter: issuedAt + expirationSeconds } : {};
  const bound = boundTo && { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } };
  return {
    aud: audiences.length > 0 ? audiences : [issuer],
    exp: issuedAt + (extended ? yearSeconds : expirationSeconds),
    iat: issuedAt,
    iss: issuer,
    jti,
    "kubernetes.io": { namespace, ...(node ? { node } : {}), ...bound, serviceaccount: { name, uid }, ...warning },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}

function wrongAudience(given: readonly string[], wanted: readonly string[]): string {
  const list = (names: readonly string[]): string => `[${names.map((name) => JSON.stringify(name)).join(" ")}]`;
  return `token audiences ${list(given)} is invalid for the target audiences ${list(wanted)}`;
}

/** What a token hangs on must still be there, and be the same. */
function checkBound({ "kubernetes.io": bound }: Claims, uidOf: ServiceAccountTokenOptions["uidOf"]): void {
  const { namespace, serviceaccount, pod, secret, node } = bound;
  const account = uidOf("ServiceAccount", { namespace, name: serviceaccount.name });
  if (account === undefined) throw new TokenError(`serviceaccounts ${JSON.stringify(serviceaccount.name)} not found`);
  if (account !== serviceaccount.uid) {
    throw new TokenError(`service account UID (${account}) does not match claim (${serviceaccount.uid})`);
  }
  const check = (kind: BoundKind, reference: Reference | undefined): void => {
    if (!reference) return;
    const uid = uidOf(kind, { namespace: kind === "Node" ? "" : namespace, name: reference.name });
    if (uid === undefined) throw new TokenError("service account token has been invalidated");
    if (uid === reference.uid) return;
    const claim = `service account ${kind.toLowerCase()} ref claim (${reference.uid})`;
    throw new TokenError(`${kind.toLowerCase()} UID (${uid}) does not match ${claim}`);
  };
  check("Pod", pod);
  check("Secret", secret);
  if (!pod) check("Node", node);
}

function userOf({ sub, jti, "kubernetes.io": { namespace, serviceaccount, pod, node } }: Claims): UserInfo {
  const extra = {
    "credential-id": `JTI=${jti}`,
    ...(node ? { "node-name": node.name, "node-uid": node.uid } : {}),
    ...(pod ? { "pod-name": pod.name, "pod-uid": pod.uid } : {}),
  };
  return {
    name: sub,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    extra: Object.fromEntries(Object.entries(extra).map(([key, value]) => [extraPrefix + key, [value]])),
  };
}
