import { LayeredMap } from "../api/layered-map.ts";
import type { ConfigMap, Container, EnvVar, EphemeralContainer, Pod, Secret } from "../api/types.gen.ts";
import { fieldOf } from "./downward-api.ts";
import { resourceFieldOf } from "./resource-field.ts";

/** What a container's environment is made of. Missing objects are undefined. */
export interface EnvironmentSources {
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  /** What its namespace's Services give it. */
  readonly services: ReadonlyMap<string, string>;
  readonly podIp: string;
  readonly hostIp: string;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
  readonly nodeAllocatable: Readonly<Record<string, string>>;
}

/** The container cannot be made; `reason` is what its waiting state tells. */
export class EnvironmentError extends Error {
  readonly reason: "CreateContainerConfigError" | "CreateContainerError";

  constructor(message: string, reason: EnvironmentError["reason"] = "CreateContainerConfigError") {
    super(message);
    this.reason = reason;
  }
}

/**
 * Environment variables as the kubelet sets them: those of Services come last, and yield to all others.
 * https://kubernetes.io/docs/tasks/inject-data-application/
 */
export function environmentFor(sources: EnvironmentSources): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  const result = new LayeredMap(own, sources.services);
  for (const { prefix = "", configMapRef, secretRef } of sources.container.envFrom ?? []) {
    const data = configMapRef ? configMapData(sources, configMapRef) : secretRef ? secretData(sources, secretRef) : {};
    for (const [name, value] of Object.entries(data)) own.set(prefix + name, value);
  }
  const variables = new Map<string, string>();
  for (const variable of sources.container.env ?? []) {
    const value = valueOf(variable, sources, (name) => variables.get(name) ?? result.get(name));
    if (value !== undefined) variables.set(variable.name, value);
  }
  for (const [name, value] of variables) own.set(name, value);
  return result;
}

/**
 * Replaces `$(NAME)` and turns `$$` into `$`; an unknown name stays as it is written.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(text: string, valueOfName: (name: string) => string | undefined): string {
  return text.replaceAll(/\$(\$|\(([^)]*)\))/gu, (whole, kind: string, name: string | undefined) => {
    if (kind === "$") return "$";
    return valueOfName(name ?? "") ?? whole;
  });
}

function valueOf(
  { value, valueFrom, name }: EnvVar,
  sources: EnvironmentSources,
  lookup: (name: string) => string | undefined,
): string | undefined {
  if (!valueFrom) return expandReferences(value ?? "", lookup);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(sources.pod, fieldRef.fieldPath, sources);
  if (resourceFieldRef)
    return resourceFieldOf(resourceFieldRef, sources.pod, {
      container: sources.container.name,
      allocatable: sources.nodeAllocatable,
    });
  if (configMapKeyRef) {
    const found = sources.configMap(configMapKeyRef.name ?? "");
    return keyOf(found?.data, configMapKeyRef, {
      kind: "configmap",
      title: "ConfigMap",
      exists: found !== undefined,
      sources,
    });
  }
  if (secretKeyRef) {
    const found = sources.secret(secretKeyRef.name ?? "");
    return keyOf(decoded(found?.data), secretKeyRef, {
      kind: "secret",
      title: "Secret",
      exists: found !== undefined,
      sources,
    });
  }
  throw new EnvironmentError(`invalid variable ${name}: no value source`);
}

function keyOf(
  data: Readonly<Record<string, string>> | undefined,
  reference: { readonly name?: string; readonly key: string; readonly optional?: boolean },
  { kind, title, exists, sources }: { kind: string; title: string; exists: boolean; sources: EnvironmentSources },
): string | undefined {
  const value = data?.[reference.key];
  if (value !== undefined || reference.optional) return value;
  const { namespace = "" } = sources.pod.metadata;
  if (!exists) throw new EnvironmentError(`${kind} ${JSON.stringify(reference.name ?? "")} not found`);
  throw new EnvironmentError(`couldn't find key ${reference.key} in ${title} ${namespace}/${reference.name ?? ""}`);
}

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

function configMapData(
  sources: EnvironmentSources,
  { name = "", optional }: Reference,
): Readonly<Record<string, string>> {
  const found = sources.configMap(name);
  if (!found && !optional) throw new EnvironmentError(`configmap ${JSON.stringify(name)} not found`);
  return found?.data ?? {};
}

function secretData(sources: EnvironmentSources, { name = "", optional }: Reference): Readonly<Record<string, string>> {
  const found = sources.secret(name);
  if (!found && !optional) throw new EnvironmentError(`secret ${JSON.stringify(name)} not found`);
  return decoded(found?.data) ?? {};
}

function decoded(data: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  if (!data) return undefined;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}
