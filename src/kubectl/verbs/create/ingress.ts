import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { arrays, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_ingress/ */
export const ingress: Verb = {
  names: ["ingress", "ing"],
  summary: "Create an ingress with the specified name",
  usage: "NAME --rule=host/path=service:port[,tls[=secret]]",
  flags: [...creationFlags, ...arrays("rule", "annotation"), ...values("class", "default-backend")],

  async run(call) {
    await createTyped(ingressObject(nameArgument(call), call), call);
  },
};

const rulePattern = /^[^=]*=[^:=,]+:[^,]+(?:,tls(?:=[^,]*)?)?$/u;

function ingressObject(name: string, { flags }: Call): Ingress {
  const texts = flags.values("rule");
  const backend = flags.value("default-backend");
  if (texts.length === 0 && !backend) {
    throw new KubectlError(
      "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
    );
  }
  for (const text of texts) {
    if (!rulePattern.test(text)) {
      throw new KubectlError(
        `rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
      );
    }
  }
  const annotations = annotationsFrom(flags.values("annotation"));
  const ingressClassName = flags.value("class");
  const parsed = texts.map((text) => parseRule(text));
  const tls = tlsOf(parsed);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      ...(ingressClassName ? { ingressClassName } : {}),
      ...(backend ? { defaultBackend: backendFrom(backend) } : {}),
      ...(tls.length > 0 ? { tls } : {}),
      ...(parsed.length > 0 ? { rules: rulesOf(parsed) } : {}),
    },
  };
}

function annotationsFrom(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", ...value] = pair.split("=");
      if (value.length === 0)
        throw new KubectlError(`annotation ${pair} is invalid and should be in format key=[value]`);
      return [key, value.join("=")];
    }),
  );
}

interface Rule {
  readonly host: string;
  readonly path: HTTPIngressPath;
  /** undefined: no TLS; "": the default certificate. */
  readonly secret: string | undefined;
}

function parseRule(text: string): Rule {
  const [rule = "", tls] = text.split(",");
  const [place = "", service = ""] = rule.split("=");
  const slash = place.indexOf("/");
  const host = slash < 0 ? place : place.slice(0, slash);
  const path = slash < 0 ? "" : place.slice(slash);
  const isPrefix = path.endsWith("*");
  return {
    host,
    path: {
      path: isPrefix ? path.slice(0, -1) : path,
      pathType: isPrefix ? "Prefix" : "Exact",
      backend: backendFrom(service),
    },
    secret: tls === undefined ? undefined : (tls.split("=")[1] ?? ""),
  };
}

function backendFrom(text: string): IngressBackend {
  const [name = "", port = ""] = text.split(":");
  if (port === "") throw new KubectlError(`default-backend should be in format servicename:serviceport`);
  return { service: { name, port: /^\d+$/u.test(port) ? { number: Number(port) } : { name: port } } };
}

function rulesOf(parsed: readonly Rule[]): IngressRule[] {
  const byHost = new Map<string, HTTPIngressPath[]>();
  for (const { host, path } of parsed) byHost.set(host, [...(byHost.get(host) ?? []), path]);
  return [...byHost].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }));
}

function tlsOf(parsed: readonly Rule[]): IngressTLS[] {
  const bySecret = new Map<string, string[]>();
  for (const { host, secret } of parsed) {
    if (secret === undefined) continue;
    const hosts = bySecret.get(secret) ?? [];
    if (host && !hosts.includes(host)) hosts.push(host);
    bySecret.set(secret, hosts);
  }
  return [...bySecret].map(([secretName, hosts]) => ({
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(secretName ? { secretName } : {}),
  }));
}
