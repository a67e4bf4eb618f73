import { decodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf, goError, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goFatal } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { serveTls } from "../serve-tls.ts";
import { readKeyPair } from "./key-pair.ts";
import { subcommand } from "./subcommand.ts";

interface Converted {
  readonly apiVersion: string;
  readonly hostPort?: string;
  readonly host?: string;
  readonly port?: string;
}

interface ConversionReview {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request?: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly Converted[];
  };
}

/** Converts between v1's `hostPort` and v2's `host` and `port`. */
export const crdConversionWebhook = subcommand({
  name: "crd-conversion-webhook",
  short: "Starts an HTTP server useful for testing CRD conversion webhooks",
  defaults: { "tls-cert-file": "", "tls-private-key-file": "", port: 443 },
  async run(process, flags) {
    const pair = await readKeyPair(process, flags["tls-cert-file"], flags["tls-private-key-file"]);
    if (typeof pair === "string") return goFatal(process, pair);
    serveTls(process, flags.port, pair, (request) => answer(process, request));
    return serveUntilKilled(process);
  },
});

async function answer(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { path } = targetOf(request);
  if (path === "/readyz") return goResponse(process, "ok");
  if (path !== "/crdconvert") return goNotFound(process);
  const { apiVersion, kind, request: asked } = JSON.parse(decodeText(await bodyOf(request))) as ConversionReview;
  if (!asked) return goError(process, "it is no ConversionReview", 400);
  const { uid, desiredAPIVersion, objects } = asked;
  const convertedObjects = objects.map((object) => convert(object, desiredAPIVersion));
  const wrong = convertedObjects.find((object) => typeof object === "string");
  const response =
    wrong === undefined
      ? { uid, convertedObjects, result: { metadata: {}, status: "Success" } }
      : { uid, result: { metadata: {}, status: "Failed", message: wrong } };
  return goResponse(process, JSON.stringify({ kind, apiVersion, response }), {
    headers: { "content-type": "application/json" },
  });
}

/** A text says why not. */
function convert(object: Converted, to: string): Converted | string {
  const { apiVersion, hostPort, host, port, ...others } = object;
  if (apiVersion === to) return `conversion from a version to itself should not call the webhook: ${to}`;
  const names = `${apiVersion.split("/")[1] ?? ""}>${to.split("/")[1] ?? ""}`;
  if (names === "v1>v2") {
    if (hostPort === undefined) return { ...others, apiVersion: to };
    const parts = hostPort.split(":");
    if (parts.length !== 2) return `invalid hostPort value \`${hostPort}\``;
    return { ...others, apiVersion: to, host: parts[0] ?? "", port: parts[1] ?? "" };
  }
  if (names === "v2>v1") {
    const isWhole = host !== undefined && port !== undefined;
    return { ...others, apiVersion: to, ...(isWhole ? { hostPort: `${host}:${port}` } : {}) };
  }
  return `unexpected conversion version "${to}"`;
}
