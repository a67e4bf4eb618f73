import { type FieldError, invalid, required } from "../api/status.ts";
import type { ServiceReference, WebhookClientConfig } from "../api/types.gen.ts";
import { dnsSubdomain } from "./names.ts";

const form = "; desired format: https://host[/path]";
const highestPort = 65_535;

/** What is wrong with where a webhook is said to be. */
export function webhookClientErrors(field: string, { url, service }: WebhookClientConfig): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [required(field, "exactly one of url or service is required")];
  }
  return service ? serviceErrors(`${field}.service`, service) : urlErrors(`${field}.url`, url ?? "");
}

function urlErrors(field: string, text: string): FieldError[] {
  const scheme = /^([a-z][a-z\d+.-]*):/iu.exec(text)?.[1] ?? "";
  if (scheme.toLowerCase() !== "https") {
    return [invalid(field, scheme, `'https' is the only allowed URL scheme${form}`)];
  }
  if (!URL.canParse(text)) return [required(field, `url must be a valid URL: parse ${JSON.stringify(text)}${form}`)];
  const { username, password, hash, search } = new URL(text);
  const user = password ? `${username}:${password}` : username;
  return [
    ...(/^https:\/\/[^/?#]/iu.test(text) ? [] : [invalid(field, "", `host must be specified${form}`)]),
    ...(user ? [invalid(field, user, "user information is not permitted in the URL")] : []),
    ...(hash.length > 1 ? [invalid(field, hash.slice(1), "fragments are not permitted in the URL")] : []),
    ...(search.length > 1 ? [invalid(field, search.slice(1), "query parameters are not permitted in the URL")] : []),
  ];
}

function serviceErrors(field: string, service: ServiceReference): FieldError[] {
  const { port = 443, path } = service;
  const missing = (["name", "namespace"] as const).filter((part) => !service[part]);
  return [
    ...missing.map((part) => required(`${field}.${part}`, `service ${part} is required`)),
    ...(port >= 1 && port <= highestPort
      ? []
      : [invalid(`${field}.port`, port, `port is not valid: must be between 1 and ${highestPort}, inclusive`)]),
    ...pathErrors(`${field}.path`, path),
  ];
}

function pathErrors(field: string, path: string | undefined): FieldError[] {
  if (!path || path === "/") return [];
  if (!path.startsWith("/")) return [invalid(field, path, "must start with a '/'")];
  const segments = path.slice(1).replace(/\/$/u, "").split("/");
  return segments.flatMap((segment, index) => {
    if (segment === "") return [invalid(field, path, `segment[${index}] may not be empty`)];
    return dnsSubdomain(segment).map((problem) => invalid(field, path, `segment[${index}]: ${problem}`));
  });
}
