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
  readonly request: {
    readonly uid: string;
    readonly desiredAPIVersion: string;
    readonly objects: readonly Converted[];
  };
}

const reviewVersions = new Set(["apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"]);

/** Converts between v1's `hostPort` and v2's `host` and `port`. */
export const crdConversionWebhook = subcommand({
  name: "crd-conversion-webhook",
  short: "Starts HTTP server on port 443 for testing CustomResourceConversionWebhook",
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
  const contentType = request.headers["content-type"] ?? "";
  if (contentType !== "application/json") {
    return goError(process, `invalid Content-Type header \`${contentType}\``, 400);
  }
  const review = reviewFrom(decodeText(await bodyOf(request)));
  if (typeof review === "string") return goError(process, review, 400);
  const { apiVersion, kind, request: asked } = review;
  const { uid, desiredAPIVersion, objects } = asked;
  const convertedObjects = objects.map((object) => convert(object, desiredAPIVersion));
  const wrong = convertedObjects.find((object) => typeof object === "string");
  const response =
    wrong === undefined
      ? { uid, convertedObjects, result: { metadata: {}, status: "Success" } }
      : { uid, result: { metadata: {}, status: "Failure", message: wrong } };
  return goResponse(process, JSON.stringify({ kind, apiVersion, response }), {
    headers: { "content-type": "application/json" },
  });
}

function reviewFrom(text: string): ConversionReview | string {
  try {
    const review = JSON.parse(text) as Partial<ConversionReview>;
    const { apiVersion = "", kind = "", request } = review;
    const isKnown = kind === "ConversionReview" && reviewVersions.has(apiVersion);
    if (!isKnown || !request) return `Unsupported group version kind: ${apiVersion}, Kind=${kind}`;
    return { apiVersion, kind, request };
  } catch (error) {
    if (error instanceof SyntaxError) return `failed to deserialize body (${text}) with error ${error.message}`;
    throw error;
  }
}

/** A text says why not. */
function convert(object: Converted, to: string): Converted | string {
  const { apiVersion, hostPort, host, port, ...others } = object;
  if (apiVersion === to) return `conversion from a version to itself should not call the webhook: ${to}`;
  if (apiVersion === "stable.example.com/v1" && to === "stable.example.com/v2") {
    if (hostPort === undefined) return { ...object, apiVersion: to };
    const parts = hostPort.split(":");
    if (parts.length !== 2) return `invalid hostPort value \`${hostPort}\``;
    return { ...others, apiVersion: to, host: parts[0] ?? "", port: parts[1] ?? "" };
  }
  if (apiVersion === "stable.example.com/v2" && to === "stable.example.com/v1") {
    if (host === undefined && port === undefined) return { ...object, apiVersion: to };
    return { ...others, apiVersion: to, hostPort: `${host ?? ""}:${port ?? ""}` };
  }
  const isKnown = apiVersion === "stable.example.com/v1" || apiVersion === "stable.example.com/v2";
  return `unexpected conversion version "${isKnown ? to : apiVersion}"`;
}
