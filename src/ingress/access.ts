import ipaddr from "ipaddr.js";

import type { Ingress, Secret } from "../api/types.gen.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { annotationOf } from "./annotations.ts";
import { isPasswordOf } from "./htpasswd.ts";
import { nginxPage } from "./nginx-page.ts";

/** Finds a Secret by `name` in the Ingress's namespace, or by `namespace/name`. */
export type FindSecret = (namespace: string, name: string) => Secret | undefined;

/**
 * Why an Ingress does not let a request in: its address (403) or its user (401). undefined: it may go on.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#whitelist-source-range
 */
export function refusal(request: HttpRequest, ingress: Ingress, findSecret: FindSecret): HttpResponse | undefined {
  const ip = request.remote?.ip ?? "";
  const allowed = annotationOf(ingress, "whitelist-source-range") ?? annotationOf(ingress, "allowlist-source-range");
  const denied = annotationOf(ingress, "denylist-source-range");
  if (denied !== undefined && isIn(ip, denied)) return nginxPage(403);
  if (allowed !== undefined && !isIn(ip, allowed)) return nginxPage(403);
  if (annotationOf(ingress, "auth-type") !== "basic") return undefined;
  const secret = authSecretOf(ingress, findSecret);
  // As when the controller cannot read it: nobody gets in.
  if (!secret) return nginxPage(503);
  if (isKnown(request.headers["authorization"] ?? "", passwordsIn(secret, ingress))) return undefined;
  const realm = annotationOf(ingress, "auth-realm") ?? "";
  return nginxPage(401, { "www-authenticate": `Basic realm="${realm}"` });
}

function isIn(ip: string, list: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.parse(ip);
  return list.split(",").some((text) => {
    const range = text.trim();
    const cidr = range.includes("/") ? range : `${range}/${range.includes(":") ? 128 : 32}`;
    if (!ipaddr.isValidCIDR(cidr)) return false;
    const parsed = ipaddr.parseCIDR(cidr);
    return parsed[0].kind() === address.kind() && address.match(parsed);
  });
}

export function authSecretOf(ingress: Ingress, findSecret: FindSecret): Secret | undefined {
  const [name = "", namespace = ingress.metadata.namespace ?? ""] = (annotationOf(ingress, "auth-secret") ?? "")
    .split("/")
    .toReversed();
  return findSecret(namespace, name);
}

/** Hashes by user: of the file under the key `auth`, or of a key for each user. */
export function passwordsIn({ data = {} }: Secret, ingress: Ingress): ReadonlyMap<string, string> {
  const text = (value: string): string => Buffer.from(value, "base64").toString().trim();
  if (annotationOf(ingress, "auth-secret-type") === "auth-map") {
    return new Map(Object.entries(data).map(([user, hash]) => [user, text(hash)]));
  }
  const lines = text(data["auth"] ?? "").split("\n");
  return new Map(
    lines.map((line): [string, string] => [line.split(":", 1)[0] ?? "", line.slice(line.indexOf(":") + 1)]),
  );
}

function isKnown(authorization: string, passwords: ReadonlyMap<string, string>): boolean {
  const [, encoded = ""] = /^basic\s+(\S+)$/iu.exec(authorization) ?? [];
  const credentials = Buffer.from(encoded, "base64").toString();
  const cut = credentials.indexOf(":");
  const hash = cut < 0 ? undefined : passwords.get(credentials.slice(0, cut));
  return hash !== undefined && isPasswordOf(hash, credentials.slice(cut + 1));
}
