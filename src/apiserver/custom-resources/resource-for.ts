import { deepFreeze, type KubeObject } from "../../api/object.ts";
import { type FieldError, invalid } from "../../api/status.ts";
import type {
  CustomResourceDefinition,
  CustomResourceScale,
  CustomResourceVersion,
} from "../../resources/apiextensions/custom-resource-definition.ts";
import {
  apiVersionOf,
  type ResourceDefinition,
  type ScalePaths,
  type Subresource,
} from "../../resources/definition.ts";
import { withDefaults } from "./defaulting.ts";
import { fieldsOfPath, jsonPathReader } from "./json-path.ts";
import { printerColumns } from "./printer-columns.ts";
import { prunedObject } from "./prune.ts";
import { type RuleCompiler, ruleChecker } from "./rules.ts";
import { formatPath, type StructuralSchema, valueAt } from "./structural-schema.ts";
import { objectValidator } from "./validation.ts";

type JsonMap = Readonly<Record<string, unknown>>;

const anything: StructuralSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** The resources that a definition adds to the catalogue: one a served version, all kept as one. */
export function resourcesFor(definition: CustomResourceDefinition, compile: RuleCompiler): ResourceDefinition[] {
  const base = baseOf(definition);
  return definition.spec.versions
    .filter(({ served }) => served)
    .map((version) => resourceFor(definition, version, { base, compile }));
}

/** Where the objects of a definition are kept: whoever looks after them does so by this version of them. */
export function baseOf({ spec, status }: CustomResourceDefinition): ResourceDefinition {
  const served = spec.versions.filter((version) => version.served);
  const { name } = served.find(({ storage }) => storage) ?? served[0] ?? { name: "" };
  const { singular, shortNames, categories, listKind, kind, plural } = { ...spec.names, ...status?.acceptedNames };
  return {
    group: spec.group,
    version: name,
    kind,
    plural,
    namespaced: spec.scope === "Namespaced",
    tracksGeneration: true,
    columns: [],
    ...(singular ? { singular } : {}),
    ...(listKind ? { listKind } : {}),
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
  };
}

function resourceFor(
  definition: CustomResourceDefinition,
  version: CustomResourceVersion,
  { base, compile }: { base: ResourceDefinition; compile: RuleCompiler },
): ResourceDefinition {
  const schema = (version.schema?.openAPIV3Schema ?? anything) as StructuralSchema;
  const { status, scale } = version.subresources ?? {};
  const paths = scale && scalePaths(scale);
  const isValid = objectValidator(schema, ruleChecker(schema, compile));
  const validate = (object: KubeObject, previous?: KubeObject): FieldError[] => [
    ...isValid(object, previous),
    ...(paths ? scaleErrors(object, paths) : []),
  ];
  const subresources: Subresource[] = [
    ...(status ? (["status"] as const) : []),
    ...(scale ? (["scale"] as const) : []),
  ];
  const resource = { ...base, version: version.name };
  return {
    ...resource,
    openApiSchema: schema as JsonMap,
    columns: printerColumns(version.additionalPrinterColumns),
    storedAs: { resource: base, toStored: (object) => object, fromStored: asRead(apiVersionOf(resource), schema) },
    ...(subresources.length > 0 ? { subresources } : {}),
    ...(paths ? { scalePaths: paths } : {}),
    ...selectable(version),
    ...deprecationOf(resource, version),
    ...outOfService(definition, resource, version),
    prune(object) {
      const pruned: string[] = [];
      become(object, prunedObject(schema, object, pruned));
      return pruned;
    },
    default(object) {
      become(object, withDefaults(schema, object as never));
    },
    prepareForCreate(object) {
      if (status) delete (object as unknown as Record<string, unknown>)["status"];
    },
    validate,
    validateStatus: validate,
  };
}

/** Gives `object` the fields of another, and no more. */
function become(object: object, wanted: JsonMap): void {
  const target = object as Record<string, unknown>;
  for (const key of Object.keys(target)) if (!Object.hasOwn(wanted, key)) delete target[key];
  Object.assign(target, wanted);
}

/**
 * What is kept may be of another version, and older than the schema: it is pruned and filled in on reading too.
 * The same stored object gives the same one read.
 */
function asRead(apiVersion: string, schema: StructuralSchema): (object: KubeObject) => KubeObject {
  return (object) => {
    const own = object.apiVersion === apiVersion ? object : { ...object, apiVersion };
    const pruned = prunedObject(schema, own as unknown as JsonMap);
    return deepFreeze(withDefaults(schema, pruned)) as unknown as KubeObject;
  };
}

function scalePaths({ specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceScale): ScalePaths {
  return {
    specReplicas: fieldsOfPath(specReplicasPath),
    statusReplicas: fieldsOfPath(statusReplicasPath),
    ...(labelSelectorPath ? { labelSelector: fieldsOfPath(labelSelectorPath) } : {}),
  };
}

function scaleErrors(object: KubeObject, { specReplicas, statusReplicas }: ScalePaths): FieldError[] {
  return [specReplicas, statusReplicas].flatMap((path) => {
    const count = valueAt(object, path);
    if (typeof count !== "number" || count >= 0) return [];
    return [invalid(formatPath(path), count, "should be a non-negative integer")];
  });
}

function selectable({ selectableFields }: CustomResourceVersion): Pick<ResourceDefinition, "selectableFields"> {
  if (!selectableFields?.length) return {};
  const readers = selectableFields.map(({ jsonPath }) => {
    const read = jsonPathReader(jsonPath);
    return [jsonPath.replace(/^\./u, ""), (object: KubeObject) => scalarText(read(object)[0])] as const;
  });
  return { selectableFields: Object.fromEntries(readers) };
}

/** Only scalars can be selected by. */
function scalarText(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function deprecationOf(
  resource: ResourceDefinition,
  { deprecated, deprecationWarning }: CustomResourceVersion,
): Pick<ResourceDefinition, "deprecation"> {
  if (!deprecated) return {};
  return { deprecation: deprecationWarning ?? `${apiVersionOf(resource)} ${resource.kind} is deprecated` };
}

/** Webhooks that convert are not called: only the version in which objects are kept can be served. */
function outOfService(
  { spec }: CustomResourceDefinition,
  resource: ResourceDefinition,
  { storage }: CustomResourceVersion,
): Pick<ResourceDefinition, "outOfService"> {
  if (storage || spec.conversion?.strategy !== "Webhook") return {};
  const what = `${apiVersionOf(resource)}, Kind=${resource.kind}`;
  return { outOfService: `conversion webhook for ${what} failed: this cluster does not call conversion webhooks` };
}
