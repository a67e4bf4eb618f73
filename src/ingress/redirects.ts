import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { annotationOf } from "./annotations.ts";
import { nginxPage } from "./nginx-page.ts";
import type { Location, VirtualHost } from "./routes.ts";

interface Place {
  readonly host: VirtualHost | undefined;
  readonly location: Location | undefined;
  readonly scheme: "http" | "https";
}

/** Where nginx sends a client instead of answering: to HTTPS, to another site, or from `/` to the application's own root. */
export function redirectFor(request: HttpRequest, { host, location, scheme }: Place): HttpResponse | undefined {
  if (!location) return undefined;
  const { ingress } = location;
  const { headers, url } = request;
  const site = headers["host"] ?? "";
  if (scheme === "http" && isSecureOnly(host, location)) return nginxPage(308, { location: `https://${site}${url}` });
  const permanent = annotationOf(ingress, "permanent-redirect");
  if (permanent) {
    const code = Number(annotationOf(ingress, "permanent-redirect-code") ?? 301);
    return nginxPage(code, { location: permanent });
  }
  const temporal = annotationOf(ingress, "temporal-redirect");
  if (temporal) return nginxPage(302, { location: temporal });
  const root = annotationOf(ingress, "app-root");
  return root && url === "/" ? nginxPage(302, { location: `${scheme}://${site}${root}` }) : undefined;
}

/** Hosts with a certificate are shown over TLS alone, unless an annotation says otherwise. */
function isSecureOnly(host: VirtualHost | undefined, { ingress }: Location): boolean {
  if (annotationOf(ingress, "force-ssl-redirect") === "true") return true;
  return host?.tlsSecret !== undefined && annotationOf(ingress, "ssl-redirect") !== "false";
}
