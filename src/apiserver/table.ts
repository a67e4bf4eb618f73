import type { KubeObject } from "../api/object.ts";
import type { Column, ResourceDefinition } from "../resources/definition.ts";
import { serialize, serializePartial } from "./serialize.ts";

/** What each row carries beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

export interface TableOptions {
  readonly resource: ResourceDefinition;
  readonly now: number;
  readonly includeObject: IncludeObject;
  readonly withColumns: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of meta.k8s.io. */
  readonly version: string;
}

/**
 * What `kubectl get` prints, as JSON: the server's own columns.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function serializeTable(objects: readonly KubeObject[], options: TableOptions): string {
  const { resource, withColumns, metadata, version } = options;
  const columnDefinitions = withColumns ? resource.columns.map((column) => definitionOf(column)) : null;
  const head = JSON.stringify({ kind: "Table", apiVersion: `meta.k8s.io/${version}`, metadata, columnDefinitions });
  return `${head.slice(0, -1)},"rows":[${objects.map((object) => rowOf(object, options)).join(",")}]}`;
}

function definitionOf(column: Column): Record<string, unknown> {
  const { name, type = "string", format = "", description = "", priority = 0 } = column;
  return { name, type, format, description, priority };
}

function rowOf(object: KubeObject, { resource, now, includeObject, version }: TableOptions): string {
  const cells = JSON.stringify(resource.columns.map((column) => column.value(object, now)));
  switch (includeObject) {
    case "None":
      return `{"cells":${cells}}`;
    case "Metadata":
      return `{"cells":${cells},"object":${serializePartial(object, version)}}`;
    case "Object":
      return `{"cells":${cells},"object":${serialize(object)}}`;
  }
}
