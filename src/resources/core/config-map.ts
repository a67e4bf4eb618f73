import { sameTree } from "../../api/object.ts";
import { type FieldError, invalid, notAllowed, tooLong } from "../../api/status.ts";
import type { ConfigMap } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { check, configKey } from "../names.ts";

const longestBytes = 1024 * 1024;

export const configMaps: ResourceDefinition<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  type: "io.k8s.api.core.v1.ConfigMap",
  columns: [name, { name: "Data", value: (configMap) => keysOf(configMap).length }, age],

  validate: (configMap, previous) => [
    ...(previous?.immutable ? frozenErrors(configMap, previous, ["data", "binaryData"]) : []),
    ...dataErrors(configMap),
  ],
  warnings: (configMap, previous) => unreadWarnings(configMap, previous),
};

const shownOnly = new Set(["coredns", "kube-proxy"]);

/** These say how CoreDNS and kube-proxy run. They do not make them run otherwise. */
function unreadWarnings({ metadata, data }: ConfigMap, previous: ConfigMap | undefined): string[] {
  const { namespace, name: component } = metadata;
  if (!previous || namespace !== "kube-system" || !shownOnly.has(component)) return [];
  if (sameTree(data ?? {}, previous.data ?? {})) return [];
  return [`ConfigMap "${component}": the simulated ${component} does not read it and goes on as it was started`];
}

function keysOf({ data = {}, binaryData = {} }: ConfigMap): readonly string[] {
  return [...Object.keys(data), ...Object.keys(binaryData)];
}

/** `immutable` once set keeps the fields as they are, itself included. Secrets have the same rule. */
export function frozenErrors<T extends { readonly immutable?: boolean }>(
  object: T,
  previous: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  const why = "field is immutable when `immutable` is set";
  const changed = fields.filter((field) => !sameTree(object[field] ?? {}, previous[field] ?? {}));
  return [...(object.immutable ? [] : ["immutable"]), ...changed].map((field) => notAllowed(field, why));
}

function dataErrors({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors = Object.keys(data).flatMap((key) => {
    const twice = key in binaryData ? [invalid(`data[${key}]`, key, "duplicate of key present in binaryData")] : [];
    return check(`data[${key}]`, key, configKey).concat(twice);
  });
  errors.push(...Object.keys(binaryData).flatMap((key) => check(`binaryData[${key}]`, key, configKey)));
  const size = sizeOf(data, "utf8") + sizeOf(binaryData, "base64");
  return size > longestBytes ? [...errors, tooLong("", longestBytes)] : errors;
}

/** In bytes. */
function sizeOf(values: Readonly<Record<string, string>>, encoding: "utf8" | "base64"): number {
  return Object.values(values).reduce((sum, value) => sum + Buffer.byteLength(value, encoding), 0);
}
