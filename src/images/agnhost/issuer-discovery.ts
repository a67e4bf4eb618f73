import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { goFatal, goLog } from "../go/log.ts";
import { type InClusterClient, inClusterClient } from "../in-cluster.ts";
import { subcommand } from "./subcommand.ts";

interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly jti?: string;
  readonly "kubernetes.io"?: {
    readonly namespace?: string;
    readonly serviceaccount?: { readonly name?: string; readonly uid?: string };
  };
}

interface Token {
  readonly header: { readonly alg?: string; readonly kid?: string };
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** Why a token was not believed, as Go's OpenID client says it. */
class DiscoveryError extends Error {}

/** Checks a service account's token as a stranger would: with what its issuer publishes. */
export const issuerDiscovery = subcommand({
  name: "test-service-account-issuer-discovery",
  short: "Tests the ServiceAccountIssuerDiscovery feature",
  defaults: { "token-path": "", audience: "" },
  async run(process, flags) {
    const path = flags["token-path"];
    if (!process.files.exists(path)) return goFatal(process, `open ${path}: no such file or directory`);
    const token = tokenFrom(process.files.readText(path));
    goLog(process, "OK: Got token");
    goLog(process, "validating with in-cluster discovery");
    if (!token) return goFatal(process, "go-jose/go-jose: compact JWS format must have three parts");
    const client = inClusterClient(process);
    if (typeof client === "string") return goFatal(process, client);
    const failure = await failureOf(() => validate(process, client, { token, audience: flags.audience }));
    if (failure === undefined) return 0;
    goLog(process, `failed to validate with in-cluster discovery: ${failure}`);
    goLog(process, "falling back to validating with external discovery");
    return goFatal(process, failure);
  },
});

function tokenFrom(text: string): Token | undefined {
  const parts = text.trim().split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length !== 3) return undefined;
  const parse = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  try {
    return {
      header: parse(head) as Token["header"],
      claims: parse(body) as Claims,
      signed: `${head}.${body}`,
      signature: Buffer.from(signature, "base64url"),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DiscoveryError || error instanceof NetworkError) return error.message;
    throw error;
  }
}

async function validate(
  process: Process,
  client: InClusterClient,
  { token, audience }: { readonly token: Token; readonly audience: string },
): Promise<void> {
  const { claims } = token;
  const { iss: issuer = "" } = claims;
  goLog(process, `OK: got issuer ${issuer}`);
  goLog(process, `Full, not-validated claims: \n${inGo(claims)}`);
  const ask = <T>(url: string): Promise<T> => askJson<T>(process, client, url);
  const provider = await ask<{ issuer?: string; jwks_uri?: string }>(
    `${issuer.replace(/\/$/u, "")}/.well-known/openid-configuration`,
  );
  if (provider.issuer !== issuer) {
    const told = JSON.stringify(provider.issuer ?? "");
    throw new DiscoveryError(
      `oidc: issuer URL provided to client (${JSON.stringify(issuer)}) did not match the issuer URL returned by provider (${told})`,
    );
  }
  goLog(process, `OK: Constructed OIDC provider for issuer ${issuer}`);
  checkClaims(claims, audience, process.clock.now());
  const { keys = [] } = await ask<{ keys?: readonly (JsonWebKey & { kid?: string })[] }>(provider.jwks_uri ?? "");
  const isGenuine = keys.some((key) => key.kid === token.header.kid && isSignedBy(token, key));
  if (!isGenuine) throw new DiscoveryError("failed to verify signature: failed to verify id token signature");
  goLog(process, "OK: Validated signature on JWT");
  goLog(process, "OK: Got valid claims from token!");
  goLog(process, `Full, validated claims: \n&${inGo(claims)}`);
}

async function askJson<T>(process: Process, client: InClusterClient, url: string): Promise<T> {
  const { hostname, port, pathname } = URL.canParse(url) ? new URL(url) : new URL("https://invalid");
  const [ip] = await process.network.lookup(hostname);
  if (ip === undefined)
    throw new DiscoveryError(`Get ${JSON.stringify(url)}: dial tcp: lookup ${hostname}: no such host`);
  const { status, body } = await client.get(pathname, { ip, port: Number(port || 443) });
  if (status !== 200) throw new DiscoveryError(`${status}: ${body}`);
  return JSON.parse(body) as T;
}

function checkClaims({ aud = [], exp = 0 }: Claims, audience: string, now: number): void {
  const audiences = typeof aud === "string" ? [aud] : aud;
  if (!audiences.includes(audience)) {
    const got = audiences.map((one) => JSON.stringify(one)).join(" ");
    throw new DiscoveryError(`oidc: expected audience ${JSON.stringify(audience)} got [${got}]`);
  }
  if (exp * 1000 > now) return;
  const expired = new Date(exp * 1000).toISOString().slice(0, 19).replace("T", " ");
  throw new DiscoveryError(`oidc: token is expired (Token Expiry: ${expired} +0000 UTC)`);
}

function isSignedBy({ signed, signature, header }: Token, key: JsonWebKey): boolean {
  const publicKey = createPublicKey({ key, format: "jwk" });
  const hash = header.alg === "EdDSA" ? null : "sha256";
  return verify(hash, Buffer.from(signed), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}

/** As `%#v` prints them. */
function inGo({ iss, sub, aud = [], jti, "kubernetes.io": kubernetes = {} }: Claims): string {
  const text = (value: string | undefined): string => JSON.stringify(value ?? "");
  const audiences = (typeof aud === "string" ? [aud] : aud).map((one) => text(one)).join(", ");
  const times = ["Expiry", "NotBefore", "IssuedAt"].map((name, at) => `${name}:(*jwt.NumericDate)(0xc0003a${at}b08)`);
  const own = [
    `Issuer:${text(iss)}`,
    `Subject:${text(sub)}`,
    `Audience:jwt.Audience{${audiences}}`,
    ...times,
    `ID:${text(jti)}`,
  ];
  const { name, uid } = kubernetes.serviceaccount ?? {};
  const account = `openidmetadata.kubeName{Name:${text(name)}, UID:${text(uid)}}`;
  const bound = `openidmetadata.kubeClaims{Namespace:${text(kubernetes.namespace)}, ServiceAccount:${account}}`;
  return `openidmetadata.claims{Claims:jwt.Claims{${own.join(", ")}}, Kubernetes:${bound}}`;
}
