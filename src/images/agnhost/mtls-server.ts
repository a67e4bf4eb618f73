import { X509Certificate } from "node:crypto";

import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { goError, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { type ClientChain, serveMutualTls } from "../serve-tls.ts";
import { pemBlocks } from "./pem-blocks.ts";
import { subcommand } from "./subcommand.ts";

const required = "SPIFFE client certificate authentication required";

/** Tells a client the identity that its certificate holds. */
export const mtlsServer = subcommand({
  name: "mtlsserver",
  short: "Server is configured to build mTLS with client and echo client's spiffe identity",
  defaults: { listen: "", "server-creds": "", "spiffe-trust-bundle": "" },
  async run(process, flags) {
    const { listen } = flags;
    const [credentials, bundle] = [flags["server-creds"], flags["spiffe-trust-bundle"]];
    if (!listen || !credentials || !bundle) return fail(process, "missing required flags");
    const missing = [bundle, credentials].find((path) => !process.files.exists(path));
    if (missing !== undefined) {
      const doing = missing === bundle ? "while reading SPIFFE trust anchors" : "while loading server key pair";
      return fail(process, `error while serving: ${doing}: open ${missing}: no such file or directory`);
    }
    const pem = process.files.readText(credentials);
    const pair = { cert: pem, key: pem };
    const port = Number(listen.slice(listen.lastIndexOf(":") + 1));
    serveMutualTls(process, port, pair, (request, chain) => answer(process, bundle, { request, chain }));
    return serveUntilKilled(process);
  },
});

async function fail(process: Process, message: string): Promise<number> {
  await process.warn(`Error: ${message}\n`);
  return 0;
}

interface Call {
  readonly request: HttpRequest;
  readonly chain: ClientChain;
}

function answer(process: Process, bundlePath: string, { request, chain }: Call): HttpResponse {
  if (targetOf(request).path !== "/spiffe-echo") return goNotFound(process);
  const [leaf, ...intermediates] = chain;
  if (!leaf) return goError(process, required, 401);
  const roots = pemBlocks(process.files.readText(bundlePath), "CERTIFICATE").map((pem) => new X509Certificate(pem));
  if (!isTrusted(leaf, intermediates, { roots, now: process.clock.now() })) {
    goLog(process, "Error while verifying SPIFFE client certificate: x509: certificate signed by unknown authority");
    return goError(process, required, 401);
  }
  const uris = [...(leaf.subjectAltName ?? "").matchAll(/URI:([^,]+)/gu)].map(([, uri = ""]) => uri);
  if (uris.length === 1) return goResponse(process, `Client Identity: ${uris[0] ?? ""}`);
  goLog(process, `SPIFFE client certificate did not have 1 URI SAN, count: ${uris.length}`);
  return goError(process, "Malformed SPIFFE certificate", 401);
}

interface Trust {
  readonly roots: readonly X509Certificate[];
  readonly now: number;
}

function isTrusted(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  { roots, now }: Trust,
): boolean {
  if (Date.parse(certificate.validFrom) > now || Date.parse(certificate.validTo) < now) return false;
  const signs = (issuer: X509Certificate): boolean =>
    certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  if (roots.some((root) => signs(root) || root.fingerprint256 === certificate.fingerprint256)) return true;
  return intermediates.some(
    (issuer, at) => signs(issuer) && isTrusted(issuer, intermediates.toSpliced(at, 1), { roots, now }),
  );
}
