import { decodeText } from "../../api/bytes.ts";
import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { bodyOf, goError, goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goFatal } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { serveTls } from "../serve-tls.ts";
import { type AdmissionRequest, admissionWebhooks } from "./admission.ts";
import { readKeyPair } from "./key-pair.ts";
import { subcommand } from "./subcommand.ts";

const delayMs = 5000;

/** The admission webhooks of the conformance tests. */
export const webhook = subcommand({
  name: "webhook",
  short: "Starts a HTTP server, useful for testing MutatingAdmissionWebhook and ValidatingAdmissionWebhook",
  defaults: { "tls-cert-file": "", "tls-private-key-file": "", port: 443, "sidecar-image": "" },
  async run(process, flags) {
    const pair = await readKeyPair(process, flags["tls-cert-file"], flags["tls-private-key-file"]);
    if (typeof pair === "string") return goFatal(process, pair);
    serveTls(process, flags.port, pair, (request) => answer(process, request, flags["sidecar-image"]));
    return serveUntilKilled(process);
  },
});

async function answer(process: Process, request: HttpRequest, sidecarImage: string): Promise<HttpResponse> {
  const { path } = targetOf(request);
  if (path === "/readyz") return goResponse(process, "ok");
  const decide = admissionWebhooks.get(path);
  if (!decide) return goNotFound(process);
  if (request.headers["content-type"] !== "application/json") return goResponse(process, "");
  const review = reviewFrom(decodeText(await bodyOf(request)));
  if (typeof review === "string") return goError(process, `Request could not be decoded: ${review}`, 400);
  if (path === "/always-allow-delay-5s") await process.sleep(delayMs);
  const response = decide(review.request, sidecarImage);
  if (response === "never") return new Promise<never>(() => {});
  const { apiVersion, kind } = review;
  const body = JSON.stringify({ kind, apiVersion, response: { uid: review.request.uid, ...response } });
  return goResponse(process, body, { headers: { "content-type": "application/json" } });
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: AdmissionRequest;
}

function reviewFrom(text: string): Review | string {
  try {
    const review = JSON.parse(text) as Partial<Review>;
    if (review.kind !== "AdmissionReview" || !review.request || !review.apiVersion) return "it is no AdmissionReview";
    return { kind: review.kind, apiVersion: review.apiVersion, request: review.request };
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
