import { listKindOf, type ResourceDefinition } from "../../resources/definition.ts";
import { metaPackage } from "../schema/type-name.ts";

/** JSON Schema as OpenAPI has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const deleteOptionsName: string = `${metaPackage}.DeleteOptions`;
export const patchName: string = `${metaPackage}.Patch`;
export const statusName: string = `${metaPackage}.Status`;
export const watchEventName: string = `${metaPackage}.WatchEvent`;
export const resourceListName: string = `${metaPackage}.APIResourceList`;

/** Where a document keeps its schemas. */
export const referencePrefix = "#/components/schemas/";

export function referenceTo(name: string): JsonSchema {
  return { $ref: `${referencePrefix}${name}` };
}

/** The schema of a kind: the type in the facts, or the group backwards: `com.example.v1.CronTab`. */
export function schemaNameOf({ type, group, version, kind }: ResourceDefinition): string {
  return type ?? [...group.split(".").toReversed(), version, kind].join(".");
}

export function listNameOf(resource: ResourceDefinition): string {
  if (resource.type !== undefined) return `${resource.type}List`;
  return schemaNameOf({ ...resource, kind: listKindOf(resource) });
}
