import type { KubeObject, ObjectMeta } from "../api/object.ts";
import { changeCause, recordFlags, withChangeCause } from "./change-cause.ts";
import { Failures } from "./failures.ts";
import { booleans, type Flag, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { fileFlags } from "./manifest.ts";
import { pathOf } from "./rest.ts";
import { dryRunOf, resultFlags, tellResult, writeQuery } from "./result.ts";
import { fetchTargets, type Found, namedTargets, selectorFlags } from "./targets.ts";
import type { Call } from "./verb.ts";

export const metadataFlags: readonly Flag[] = [
  ...fileFlags,
  ...resultFlags,
  ...selectorFlags,
  ...recordFlags,
  ...booleans("overwrite", "list", "local"),
  ...values("resource-version"),
];

/** What `label` and `annotate` have in common. */
export interface MetadataEdit {
  readonly field: "labels" | "annotations";
  /** `label` or `annotation`. */
  readonly word: string;
  readonly manager: string;
  /** The end of the complaint about keys that are both set and removed. */
  both(keys: readonly string[]): string;
  /** Throws KubectlError for a key that is there already with another value. */
  refuseOverwrite(taken: readonly (readonly [key: string, value: string])[]): void;
  check?(key: string, value: string): void;
  /** `labeled`, `not labeled`, … */
  did(change: { before: KubeObject; after: KubeObject; overwrites: boolean }): string;
}

type Strings = Readonly<Record<string, string>>;

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Runs `label` or `annotate`. */
export async function editMetadata(edit: MetadataEdit, call: Call): Promise<number> {
  const { flags } = call;
  if (flags.isTrue("all") && flags.has("selector"))
    throw new KubectlError("cannot set --all and --selector at the same time");
  const { names, changes } = sortArguments(edit, flags.args);
  const isListing = flags.isTrue("list");
  if (names.length === 0 && !flags.has("filename") && !flags.has("kustomize")) {
    throw new KubectlError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  if (changes.set.size + changes.remove.length === 0 && !isListing) {
    throw new KubectlError(`at least one ${edit.word} update is required`);
  }
  const failures = new Failures();
  const found = await foundFor(call, names, failures);
  if (isListing) await list(edit, found, call);
  if (changes.set.size + changes.remove.length > 0) {
    for (const one of found) await failures.attempt(() => editOne(edit, { one, changes }, call));
  }
  failures.raise();
  return 0;
}

async function foundFor(call: Call, names: readonly string[], failures: Failures): Promise<readonly Found[]> {
  if (call.flags.isTrue("local") && !call.flags.has("filename")) {
    const file = call.verb === "label" ? "pod" : "rsrc";
    throw new KubectlError(
      `can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`,
    );
  }
  const targets = await namedTargets(call, names);
  if (!call.flags.isTrue("local")) return fetchTargets(targets, call, failures.add);
  return targets.flatMap(({ resource, namespace, name = "", manifest }) =>
    manifest ? [{ resource, namespace, name, object: manifest }] : [],
  );
}

/** `key=value` and `key-` among the arguments are changes, the others name objects. */
function sortArguments(edit: MetadataEdit, args: readonly string[]): { names: readonly string[]; changes: Changes } {
  const isChange = (arg: string): boolean => arg.includes("=") || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex((arg) => isChange(arg));
  const [names, pairs] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)];
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    if (!isChange(pair)) throw new KubectlError(`all resources must be specified before ${edit.word} changes: ${pair}`);
    const equals = pair.indexOf("=");
    if (equals > 0) {
      const [key, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      edit.check?.(key, value);
      set.set(key, value);
    } else if (equals < 0 && pair.endsWith("-")) remove.push(pair.slice(0, -1));
    else throw new KubectlError(`invalid ${edit.word} spec: ${pair}`);
  }
  const both = remove.filter((key) => set.has(key));
  if (both.length > 0) throw new KubectlError(`can not both modify and remove ${edit.both(both)}`);
  return { names, changes: { set, remove } };
}

async function editOne(
  edit: MetadataEdit,
  { one, changes }: { one: Found; changes: Changes },
  call: Call,
): Promise<void> {
  const { flags } = call;
  const { resource, namespace, name, object } = one;
  const before: Strings = object.metadata[edit.field] ?? {};
  if (!flags.isTrue("overwrite")) {
    const taken = [...changes.set].flatMap(([key, value]): [string, string][] => {
      const old = before[key];
      return old === undefined || old === value ? [] : [[key, old]];
    });
    if (taken.length > 0) edit.refuseOverwrite(taken);
  }
  const isKept = dryRunOf(flags) === "client" || flags.isTrue("local");
  if (edit.field === "labels" && !isKept) {
    for (const key of changes.remove)
      if (!(key in before)) await call.io.out(`label ${JSON.stringify(key)} not found.\n`);
  }
  const kept = Object.entries(before).filter(([key]) => !changes.remove.includes(key));
  const after: Strings = { ...Object.fromEntries(kept), ...Object.fromEntries(changes.set) };
  const changed = { ...object, metadata: withField(object.metadata, edit.field, after) };
  const cause = changeCause(call);
  const edited = withChangeCause({ ...object, metadata: { ...object.metadata, [edit.field]: after } }, call);
  const did = edit.did({ before: object, after: edited, overwrites: flags.isTrue("overwrite") });
  const body = withCause(patchFor(edit, { before, after }, flags.value("resource-version")), cause);
  const request = { query: writeQuery(flags, edit.manager), contentType: "application/merge-patch+json", body };
  const isSame = JSON.stringify(before) === JSON.stringify(after) && Object.keys(cause).length === 0;
  const result =
    isKept || isSame ? changed : await call.rest.json<KubeObject>("PATCH", pathOf(resource, namespace, name), request);
  if (!flags.isTrue("list")) await tellResult({ resource, object: result, did }, call);
}

function withField(metadata: ObjectMeta, field: MetadataEdit["field"], after: Strings): ObjectMeta {
  const { [field]: _old, ...others } = metadata;
  return Object.keys(after).length === 0 ? others : { ...others, [field]: after };
}

interface MetadataPatch {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string | null>>;
    readonly labels?: Readonly<Record<string, string | null>>;
    readonly resourceVersion?: string;
  };
}

function withCause({ metadata }: MetadataPatch, cause: Strings): MetadataPatch {
  if (Object.keys(cause).length === 0) return { metadata };
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, ...cause } } };
}

function patchFor(
  { field }: MetadataEdit,
  { before, after }: { before: Strings; after: Strings },
  resourceVersion: string | undefined,
): MetadataPatch {
  const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const gone = Object.keys(before).filter((key) => !(key in after));
  const map = { ...Object.fromEntries(changed), ...Object.fromEntries(gone.map((key) => [key, null])) };
  return { metadata: { [field]: map, ...(resourceVersion ? { resourceVersion } : {}) } };
}

async function list({ field }: MetadataEdit, found: readonly Found[], { io }: Call): Promise<void> {
  for (const { object, resource, name } of found) {
    const many = found.length > 1;
    if (many) await io.out(`Listing ${field} for ${resource.kind}.${resource.group}/${name}:\n`);
    const entries = Object.entries(object.metadata[field] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, value] of entries) await io.out(`${many ? " " : ""}${key}=${value}\n`);
  }
}
