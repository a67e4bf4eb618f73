import { type FieldError, invalid, required } from "../../api/status.ts";
import type { HostAlias, PodDNSConfig, PodSpec } from "../../api/types.gen.ts";
import { each, ipAddress } from "../field-checks.ts";
import { check, dnsSubdomain } from "../names.ts";

const most = { nameservers: 3, searches: 32, searchCharacters: 2048 };

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config */
export function dnsErrors(field: string, { dnsPolicy, dnsConfig }: PodSpec): FieldError[] {
  if (dnsPolicy === "None") {
    if (!dnsConfig) return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")];
    if (!dnsConfig.nameservers?.length) {
      return [required(`${field}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None")];
    }
  }
  return dnsConfig ? configErrors(field, dnsConfig) : [];
}

/** Lines of /etc/hosts. */
export function hostAliasErrors(field: string, aliases: readonly HostAlias[] | undefined): FieldError[] {
  return each(field, aliases, ({ ip, hostnames }, path) => [
    ...ipAddress(`${path}.ip`, ip),
    ...each(`${path}.hostnames`, hostnames, (name, namePath) => check(namePath, name, dnsSubdomain)),
  ]);
}

function configErrors(field: string, { nameservers = [], searches = [], options }: PodDNSConfig): FieldError[] {
  const tooMany = (name: string, values: readonly string[], why: string): FieldError =>
    invalid(`${field}.${name}`, values, `must not have more than ${why}`);
  const characters = searches.join(" ").length;
  return [
    ...(nameservers.length > most.nameservers
      ? [tooMany("nameservers", nameservers, `${most.nameservers} nameservers`)]
      : []),
    ...each(`${field}.nameservers`, nameservers, (server, path) => ipAddress(path, server)),
    ...(searches.length > most.searches ? [tooMany("searches", searches, `${most.searches} search paths`)] : []),
    ...(characters > most.searchCharacters
      ? [tooMany("searches", searches, `${most.searchCharacters} characters (including spaces) in the search list`)]
      : []),
    ...each(`${field}.searches`, searches, (search, path) => check(path, search.replace(/\.$/u, ""), dnsSubdomain)),
    ...each(`${field}.options`, options, ({ name }, path) => (name ? [] : [required(path, "must not be empty")])),
  ];
}
