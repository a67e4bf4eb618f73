import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

import { NetworkError } from "../../network/network.ts";
import { type Process, SystemError } from "../../runtime/process.ts";
import { goFatal, goLog } from "../go/log.ts";
import { type InClusterClient, inClusterClient } from "../in-cluster.ts";
import { subcommand } from "./subcommand.ts";

/** Checks a mounted token against what the API server publishes of its issuer. */
export const issuerDiscovery = subcommand({
  name: "test-service-account-issuer-discovery",
  short: "Tests the ServiceAccountIssuerDiscovery feature",
  defaults: { "token-path": "", audience: "" },
  async run(process, { "token-path": path, audience }) {
    try {
      const token = process.files.readText(path);
      goLog(process, "OK: Got token");
      return await validateAnywhere(process, token, audience);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return goFatal(process, `open ${path}: ${error.message.toLowerCase()}`);
    }
  },
});

/** A token or its issuer is not as it should be. */
class Doubt extends Error {}

async function validateAnywhere(process: Process, token: string, audience: string): Promise<number> {
  goLog(process, "validating with in-cluster discovery");
  const client = inClusterClient(process);
  if (typeof client === "string") return goFatal(process, client);
  const claims = partOf(token, 1) as Claims | undefined;
  if (!claims) return goFatal(process, "go-jose/go-jose: compact JWS format must have three parts");
  try {
    await validate({ process, client, token, audience, claims });
    return 0;
  } catch (error) {
    if (!(error instanceof Doubt || error instanceof NetworkError)) throw error;
    goLog(process, `failed to validate with in-cluster discovery: ${error.message}`);
  }
  goLog(process, "falling back to validating with external discovery");
  goLog(process, `OK: got issuer ${claims.iss}`);
  const unknown = "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  return goFatal(process, `Get "${claims.iss}${documentPath}": ${unknown}`);
}

const documentPath = "/.well-known/openid-configuration";

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly exp: number;
}

interface Validation {
  readonly process: Process;
  readonly client: InClusterClient;
  readonly token: string;
  readonly audience: string;
  readonly claims: Claims;
}

/** Rejects with Doubt or NetworkError. */
async function validate({ process, client, token, audience, claims }: Validation): Promise<void> {
  goLog(process, `OK: got issuer ${claims.iss}`);
  goLog(process, `Full, not-validated claims: \n${JSON.stringify(claims)}`);
  const document = (await read(client, claims.iss + documentPath)) as { issuer: string; jwks_uri: string };
  if (document.issuer !== claims.iss) {
    const pair = `expected ${JSON.stringify(claims.iss)} got ${JSON.stringify(document.issuer)}`;
    throw new Doubt(`oidc: issuer did not match the issuer returned by provider, ${pair}`);
  }
  goLog(process, `OK: Constructed OIDC provider for issuer ${claims.iss}`);
  if (!claims.aud.includes(audience)) {
    throw new Doubt(`oidc: expected audience ${JSON.stringify(audience)} got ${JSON.stringify(claims.aud)}`);
  }
  if (claims.exp * 1000 < process.clock.now()) throw new Doubt("oidc: token is expired");
  const { keys } = (await read(client, document.jwks_uri)) as { keys: readonly JsonWebKey[] };
  if (!isSigned(token, keys)) throw new Doubt("failed to verify signature: failed to verify id token signature");
  goLog(process, "OK: Validated signature on JWT");
  goLog(process, "OK: Got valid claims from token!");
  goLog(process, `Full, validated claims: \n${JSON.stringify(claims)}`);
}

async function read(client: InClusterClient, url: string): Promise<unknown> {
  const { status, body } = await client.get(url);
  if (status !== 200) throw new Doubt(`${status} ${status === 403 ? "Forbidden" : "Error"}: ${body}`);
  return JSON.parse(body);
}

function isSigned(token: string, keys: readonly JsonWebKey[]): boolean {
  const { kid } = partOf(token, 0) as { kid?: string };
  const key = keys.find((one) => one["kid"] === kid);
  const end = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  if (!key) return false;
  const publicKey = createPublicKey({ key, format: "jwk" });
  return verify("sha256", Buffer.from(token.slice(0, end)), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
}

function partOf(token: string, index: number): unknown {
  const parts = token.trim().split(".");
  if (parts.length !== 3) return undefined;
  return JSON.parse(Buffer.from(parts[index] ?? "", "base64url").toString());
}
