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
  type StoredAs,
  type Subresource,
  type VersionConversion,
} from "../../resources/definition.ts";
import { finalizerWarnings } from "../../resources/metadata.ts";
import { byMaturity } from "../version-maturity.ts";
import { type ConversionTools, webhookConversion } from "./conversion.ts";
import { withDefaults } from "./defaulting.ts";
import { type Findings, withShapedMetadata } from "./embedded-metadata.ts";
import { fieldsOfPath, jsonPathReader } from "./json-path.ts";
import { printerColumns } from "./printer-columns.ts";
import { prunedObject } from "./prune.ts";
import { type RuleCompiler, ruleChecker } from "./rules.ts";
import { formatPath, type StructuralSchema, valueAt } from "./structural-schema.ts";
import { objectValidator } from "./validation.ts";

type JsonMap = Readonly<Record<string, unknown>>;

const anything: StructuralSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

export interface ResourceTools extends ConversionTools {
  /** Reads the expressions of x-kubernetes-validations. */
  readonly compile: RuleCompiler;
}

/** What the versions of a definition have in common. */
interface Kept {
  readonly base: ResourceDefinition;
  /** `example.com/v1`: the version in which objects are kept, served or not. */
  readonly storedVersion: string;
  /** By version, what objects that are kept in it must have been filled in with. */
  readonly schemas: ReadonlyMap<string, StructuralSchema>;
  readonly conversion?: VersionConversion;
  /** The versions that are here to stay, the best first. */
  readonly successors: readonly string[];
}

/** The resources that a definition adds to the catalogue: one a served version, all kept as one. */
export function resourcesFor(definition: CustomResourceDefinition, tools: ResourceTools): ResourceDefinition[] {
  const { group, versions } = definition.spec;
  const conversion = webhookConversion(definition, tools);
  const kept: Kept = {
    base: baseOf(definition),
    storedVersion: `${group}/${versions.find(({ storage }) => storage)?.name ?? ""}`,
    schemas: new Map(versions.map((version) => [`${group}/${version.name}`, schemaOf(version)])),
    ...(conversion ? { conversion } : {}),
    successors: versions
      .filter(({ served, deprecated }) => served && !deprecated)
      .map(({ name }) => name)
      .toSorted(byMaturity),
  };
  return versions.filter(({ served }) => served).map((version) => resourceFor(version, kept, tools.compile));
}

function schemaOf({ schema }: CustomResourceVersion): StructuralSchema {
  return schema?.openAPIV3Schema ?? anything;
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

function resourceFor(version: CustomResourceVersion, kept: Kept, compile: RuleCompiler): ResourceDefinition {
  const { base } = kept;
  const schema = schemaOf(version);
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
    storedAs: storedAs(apiVersionOf(resource), schema, kept),
    ...(subresources.length > 0 ? { subresources } : {}),
    ...(paths ? { scalePaths: paths } : {}),
    ...selectable(version),
    ...deprecationOf(resource, version, kept.successors),
    prune(object) {
      const found: Findings = { unknown: [] };
      const pruned = prunedObject(schema, object, found.unknown);
      found.unknown.sort();
      become(object, withShapedMetadata(schema, pruned, found));
      return found;
    },
    default(object) {
      become(object, withDefaults(schema, object as never));
    },
    prepareForCreate(object) {
      if (status) delete (object as unknown as Record<string, unknown>)["status"];
    },
    validate,
    validateStatus: validate,
    warnings: finalizerWarnings,
  };
}

/** Gives `object` the fields of another, and no more. */
function become(object: object, wanted: JsonMap): void {
  const target = object as Record<string, unknown>;
  for (const key of Object.keys(target)) if (!Object.hasOwn(wanted, key)) delete target[key];
  Object.assign(target, wanted);
}

/**
 * What is kept may be of another version, and older than the schema: it is filled in as its own version says, and
 * pruned as the one read says. The same stored object gives the same one read.
 */
function storedAs(apiVersion: string, schema: StructuralSchema, kept: Kept): StoredAs<KubeObject> {
  const { base, storedVersion, schemas, conversion } = kept;
  return {
    resource: base,
    toStored: (object) => inVersion(object, storedVersion),
    fromStored(object) {
      const filled = withDefaults(schemas.get(object.apiVersion) ?? schema, object);
      return deepFreeze(prunedObject(schema, inVersion(filled, apiVersion) as unknown as JsonMap)) as never;
    },
    ...(conversion ? { conversion } : {}),
  };
}

function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

function scalePaths({ specReplicasPath, statusReplicasPath, labelSelectorPath }: CustomResourceScale): ScalePaths {
  return {
    specReplicas: fieldsOfPath(specReplicasPath),
    statusReplicas: fieldsOfPath(statusReplicasPath),
    ...(labelSelectorPath ? { labelSelector: fieldsOfPath(labelSelectorPath) } : {}),
  };
}

const largestCount = 2_147_483_647;

function scaleErrors(object: KubeObject, { specReplicas, statusReplicas }: ScalePaths): FieldError[] {
  return [specReplicas, statusReplicas].flatMap((path) => {
    const count = valueAt(object, path);
    const field = `.${formatPath(path)}`;
    if (typeof count !== "number") return [];
    if (count < 0) return [invalid(field, count, "should be a non-negative integer")];
    return count > largestCount ? [invalid(field, count, `should be less than or equal to ${largestCount}`)] : [];
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
  { name, deprecated, deprecationWarning }: CustomResourceVersion,
  successors: readonly string[],
): Pick<ResourceDefinition, "deprecation"> {
  if (!deprecated) return {};
  const text = `${apiVersionOf(resource)} ${resource.kind} is deprecated`;
  const best = successors.find((one) => byMaturity(one, name) < 0);
  const advice = best === undefined ? "" : `; use ${resource.group}/${best} ${resource.kind}`;
  return { deprecation: deprecationWarning ?? text + advice };
}
