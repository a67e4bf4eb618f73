import { cloneTree, type KubeObject, type Mutable } from "../../src/api/object.ts";
import type { FieldError } from "../../src/api/status.ts";
import { apiVersionOf, type ResourceDefinition } from "../../src/resources/definition.ts";

/** An object as it stands after defaulting, just before it is checked. */
export function defaulted<T extends KubeObject>(resource: ResourceDefinition<T>, fields: object): T {
  const metadata = { name: "web", namespace: "default", uid: "uid-1" };
  const object = cloneTree({ apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, ...fields }) as unknown;
  resource.default?.(object as Mutable<T>);
  resource.prepareForCreate?.(object as Mutable<T>);
  return object as T;
}

/** `spec.containers[0].image: Required value`, for an object that is to be created. */
export function problems<T extends KubeObject>(resource: ResourceDefinition<T>, fields: object): string[] {
  return lines(resource.validate?.(defaulted(resource, fields)) ?? []);
}

export function lines(errors: readonly FieldError[]): string[] {
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

/** The cells of `kubectl get -o wide` by column. */
export function cells<T extends KubeObject>(resource: ResourceDefinition<T>, object: T, now: number): object {
  return Object.fromEntries(resource.columns.map((column) => [column.name, column.value(object, now)]));
}
