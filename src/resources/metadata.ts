import type { KubeObject, ManagedFields, ObjectMeta, OwnerReference } from "../api/object.ts";
import { type FieldError, invalid, notAllowed, required, tooLong } from "../api/status.ts";
import type { ResourceDefinition } from "./definition.ts";
import { check, dnsLabel, dnsSubdomain, forPrefix, labelValue, qualifiedName } from "./names.ts";

/**
 * What is wrong with an object's metadata; with `previous`, also what may not change.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/
 */
export function validateMetadata(
  { metadata }: KubeObject,
  resource: ResourceDefinition,
  previous?: KubeObject,
): FieldError[] {
  const own = previous ? changeErrors(metadata, previous.metadata) : placeErrors(metadata, resource);
  return [
    ...own,
    ...labelErrors("metadata.labels", metadata.labels),
    ...annotationErrors("metadata.annotations", metadata.annotations),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...finalizerErrors(metadata.finalizers ?? [], resource),
    ...(metadata.managedFields ?? []).flatMap((entry, index) => managedFieldsErrors(entry, index)),
  ];
}

function placeErrors(metadata: ObjectMeta, { nameRule = dnsSubdomain, namespaced }: ResourceDefinition): FieldError[] {
  const { name, generateName, namespace } = metadata;
  return [
    ...(generateName ? check("metadata.generateName", generateName, forPrefix(nameRule)) : []),
    ...(name
      ? check("metadata.name", name, nameRule)
      : [required("metadata.name", "name or generateName is required")]),
    ...(namespaced ? namespaceErrors(namespace) : []),
    ...(!namespaced && namespace ? [notAllowed("metadata.namespace", "not allowed on this type")] : []),
  ];
}

function namespaceErrors(namespace: string | undefined): FieldError[] {
  return namespace ? check("metadata.namespace", namespace, dnsLabel) : [required("metadata.namespace")];
}

const immutable = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

function changeErrors(metadata: ObjectMeta, previous: ObjectMeta): FieldError[] {
  const changed = immutable.filter((field) => metadata[field] !== previous[field]);
  const known = previous.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((one) => !known.includes(one)).toSorted();
  return [
    ...changed.map((field) => invalid(`metadata.${field}`, metadata[field] ?? null, "field is immutable")),
    ...(previous.deletionTimestamp && added.length > 0 ? [lateFinalizers(added)] : []),
  ];
}

function lateFinalizers(added: readonly string[]): FieldError {
  const list = added.map((one) => JSON.stringify(one)).join(", ");
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return notAllowed("metadata.finalizers", why);
}

/** What is wrong with the keys and values of labels. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function labelErrors(field: string, labels: ObjectMeta["labels"]): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) =>
    check(field, key, qualifiedName).concat(check(field, value, labelValue)),
  );
}

const annotationsLimitBytes = 256 * 1024;

/** Keys may be upper-case where DNS would not have it. */
export function annotationErrors(field: string, annotations: ObjectMeta["annotations"]): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((problem) => invalid(field, key, problem)),
  );
  const sizeBytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return sizeBytes > annotationsLimitBytes ? [...errors, tooLong(field, annotationsLimitBytes)] : errors;
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const field = "metadata.ownerReferences";
  const controllers = owners.filter(({ controller }) => controller).map(({ kind, name }) => `${kind}/${name}`);
  const [first = ""] = controllers;
  const rivals = controllers.slice(1).map((second) => {
    const found = `Found "true" in references for ${first} and ${second}`;
    return invalid(field, owners, `Only one reference can have Controller set to true. ${found}`);
  });
  return [...owners.flatMap((owner) => ownerReferenceErrors(field, owner)), ...rivals];
}

function ownerReferenceErrors(field: string, owner: OwnerReference): FieldError[] {
  const version = owner.apiVersion ? owner.apiVersion.split("/").at(-1) : "";
  const empty = (["kind", "name", "uid"] as const).filter((part) => !owner[part]);
  const isEvent = owner.apiVersion === "v1" && owner.kind === "Event";
  return [
    ...(version ? [] : [invalid(`${field}.apiVersion`, owner.apiVersion ?? "", "version must not be empty")]),
    ...empty.map((part) => invalid(`${field}.${part}`, owner[part] ?? "", "must not be empty")),
    ...(isEvent ? [invalid(field, owner, "/v1, Kind=Event is disallowed from being an owner")] : []),
  ];
}

const orphan = "orphan";
const foreground = "foregroundDeletion";
const standardFinalizers = new Set(["kubernetes", orphan, foreground]);

function finalizerErrors(finalizers: readonly string[], { group, type }: ResourceDefinition): FieldError[] {
  const field = "metadata.finalizers";
  const both = `finalizer ${orphan} and ${foreground} cannot be both set`;
  return [
    ...finalizers.flatMap((finalizer) => check(field, finalizer, qualifiedName)),
    ...(finalizers.includes(orphan) && finalizers.includes(foreground) ? [invalid(field, finalizers, both)] : []),
    ...(type === undefined || extensionGroups.has(group)
      ? []
      : finalizers.flatMap((finalizer, index) => unqualifiedFinalizer(`${field}[${index}]`, finalizer))),
  ];
}

/** Where finalizers may be called anything, as they may in custom resources. */
const extensionGroups = new Set(["apiextensions.k8s.io", "apiregistration.k8s.io"]);

/** Warns of finalizers of a custom resource that come to be there and say nothing of whose they are. */
export function finalizerWarnings({ metadata }: KubeObject, previous?: KubeObject): string[] {
  const known = previous?.metadata.finalizers ?? [];
  const added = (metadata.finalizers ?? []).filter((one) => !known.includes(one));
  return [...new Set(added)]
    .filter((one) => !one.includes("/") && !standardFinalizers.has(one))
    .toSorted()
    .map(
      (one) =>
        `metadata.finalizers: ${JSON.stringify(one)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    );
}

/** Also for the finalizers of a Namespace's spec. */
export function unqualifiedFinalizer(field: string, finalizer: string): FieldError[] {
  if (finalizer.includes("/") || standardFinalizers.has(finalizer)) return [];
  return [invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified")];
}

const longestManager = 128;
const longestSubresource = 256;

function managedFieldsErrors(entry: ManagedFields, index: number): FieldError[] {
  const field = `metadata.managedFields[${index}]`;
  const { operation = "", fieldsType = "", manager = "", subresource = "" } = entry;
  const errors: FieldError[] = [];
  if (operation !== "Apply" && operation !== "Update") {
    errors.push(invalid(`${field}.operation`, operation, "must be `Apply` or `Update`"));
  }
  if (fieldsType && fieldsType !== "FieldsV1") {
    errors.push(invalid(`${field}.fieldsType`, fieldsType, "must be `FieldsV1`"));
  }
  if (manager.length > longestManager) errors.push(tooLong(`${field}.manager`, longestManager));
  for (const { 0: character, index: at } of manager.matchAll(/\p{C}/gu)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    errors.push(invalid(`${field}.manager`, manager, `invalid character U+${code} (at position ${at})`));
  }
  if (subresource.length > longestSubresource) errors.push(tooLong(`${field}.subresource`, longestSubresource));
  return errors;
}
