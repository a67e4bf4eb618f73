import type { Ingress } from "../api/types.gen.ts";

const prefix = "nginx.ingress.kubernetes.io/";
const simulated = new Set(["rewrite-target", "use-regex", "ssl-redirect", "force-ssl-redirect"]);

/** What an Ingress asks of nginx in particular. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ */
export function annotationOf({ metadata }: Ingress, name: string): string | undefined {
  return metadata.annotations?.[`${prefix}${name}`];
}

/** Annotations that are for nginx and change nothing here. */
export function unsimulatedAnnotations({ metadata }: Ingress): readonly string[] {
  const names = Object.keys(metadata.annotations ?? {}).filter((name) => name.startsWith(prefix));
  return names.filter((name) => !simulated.has(name.slice(prefix.length)));
}
