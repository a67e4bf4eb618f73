import type { Ingress } from "../api/types.gen.ts";

const prefix = "nginx.ingress.kubernetes.io/";
const simulated = new Set([
  "allowlist-source-range",
  "app-root",
  "auth-realm",
  "auth-secret",
  "auth-secret-type",
  "auth-type",
  "backend-protocol",
  "canary",
  "canary-by-cookie",
  "canary-by-header",
  "canary-by-header-pattern",
  "canary-by-header-value",
  "canary-weight",
  "canary-weight-total",
  "denylist-source-range",
  "force-ssl-redirect",
  "permanent-redirect",
  "permanent-redirect-code",
  "rewrite-target",
  "ssl-redirect",
  "temporal-redirect",
  "use-regex",
  "whitelist-source-range",
]);
/** Annotations of which some values only are. */
const simulatedValues: Readonly<Record<string, readonly string[]>> = {
  "auth-type": ["basic"],
  "backend-protocol": ["HTTP", "AUTO_HTTP", "HTTPS"],
};

/** What an Ingress asks of nginx in particular. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ */
export function annotationOf({ metadata }: Ingress, name: string): string | undefined {
  return metadata.annotations?.[`${prefix}${name}`];
}

/** Annotations that are for nginx and change nothing here, as `name` or `name: value`. */
export function unsimulatedAnnotations({ metadata }: Ingress): readonly string[] {
  const all = Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(prefix));
  return all.flatMap(([name, value]) => {
    const short = name.slice(prefix.length);
    if (!simulated.has(short)) return [name];
    return simulatedValues[short]?.includes(value) === false ? [`${name}: ${value}`] : [];
  });
}
