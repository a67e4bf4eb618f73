import { type FieldError, invalid, required, tooLong } from "../../api/status.ts";
import type { Secret } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, configKey } from "../names.ts";
import { frozenErrors } from "./config-map.ts";

const longestBytes = 1024 * 1024;

/** `stringData` is written into `data` and never stored. https://kubernetes.io/docs/concepts/configuration/secret/ */
export const secrets: ResourceDefinition<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  type: "io.k8s.api.core.v1.Secret",
  columns: [
    name,
    { name: "Type", value: ({ type }) => type ?? "" },
    { name: "Data", value: ({ data = {} }) => Object.keys(data).length },
    age,
  ],
  selectableFields: { type: ({ type }) => type ?? "" },

  default(secret) {
    secret.type ||= "Opaque";
    const texts = Object.entries(secret.stringData ?? {});
    delete secret.stringData;
    if (texts.length === 0) return;
    const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
  },

  validate(secret, previous) {
    const errors = previous ? changeErrors(secret, previous) : [];
    errors.push(...Object.keys(secret.data ?? {}).flatMap((key) => check(`data[${key}]`, key, configKey)));
    const values = Object.values(secret.data ?? {});
    const size = values.reduce((sum, value) => sum + Buffer.byteLength(value, "base64"), 0);
    if (size > longestBytes) errors.push(tooLong("data", longestBytes));
    return [...errors, ...typeErrors(secret)];
  },

  warnings: (secret) => (secret.type === "kubernetes.io/tls" ? pemWarnings(secret) : []),
};

function changeErrors(secret: Secret, previous: Secret): FieldError[] {
  const frozen = previous.immutable ? frozenErrors(secret, previous, ["data"]) : [];
  if (secret.type === previous.type) return frozen;
  return [invalid("type", secret.type, "field is immutable"), ...frozen];
}

/** What each built-in type must hold. https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
function typeErrors({ type, data = {}, metadata }: Secret): FieldError[] {
  const missing = (...keys: readonly string[]): FieldError[] =>
    keys.filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
  switch (type) {
    case "kubernetes.io/service-account-token": {
      const annotation = "kubernetes.io/service-account.name";
      return metadata.annotations?.[annotation] ? [] : [required(`metadata.annotations[${annotation}]`)];
    }
    case "kubernetes.io/dockercfg":
      return [...missing(".dockercfg"), ...jsonErrors(".dockercfg", data)];
    case "kubernetes.io/dockerconfigjson":
      return [...missing(".dockerconfigjson"), ...jsonErrors(".dockerconfigjson", data)];
    case "kubernetes.io/basic-auth":
      return "username" in data || "password" in data ? [] : missing("username", "password");
    case "kubernetes.io/ssh-auth":
      return data["ssh-privatekey"] ? [] : [required("data[ssh-privatekey]")];
    case "kubernetes.io/tls":
      return missing("tls.crt", "tls.key");
    default:
      return [];
  }
}

function jsonErrors(key: string, data: Readonly<Record<string, string>>): FieldError[] {
  const encoded = data[key];
  const problem = encoded === undefined ? undefined : jsonProblem(Buffer.from(encoded, "base64").toString());
  return problem ? [invalid(`data[${key}]`, "<secret contents redacted>", problem)] : [];
}

/** Worded as Go's decoder words it. */
function jsonProblem(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && !Array.isArray(value)) return undefined;
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const first = text.trimStart().at(0);
    if (first === undefined || /["[{\d\-tfn]/u.test(first)) return "unexpected end of JSON input";
    return `invalid character '${first}' looking for beginning of value`;
  }
}

function pemWarnings({ data = {} }: Secret): string[] {
  const isPem = (key: string): boolean => /-----BEGIN /u.test(Buffer.from(data[key] ?? "", "base64").toString());
  if (!isPem("tls.crt")) return ["tls: failed to find any PEM data in certificate input"];
  return isPem("tls.key") ? [] : ["tls: failed to find any PEM data in key input"];
}
