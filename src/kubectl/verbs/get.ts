import type { KubeObject } from "../../api/object.ts";
import { ApiError, isNotFound } from "../../api/status.ts";
import { KubectlError } from "../kubectl-error.ts";
import { manifestsOf, nameOf } from "../manifest.ts";
import { customColumns } from "../printers/custom-columns.ts";
import { printObject } from "../printers/print-object.ts";
import { sortRows } from "../printers/sort-rows.ts";
import { alignColumns, type Table, tableLines, type TableStyle } from "../printers/table.ts";
import type { ObjectList } from "../rest.ts";
import { selectorQuery, type Target, targetPath, targetsOf } from "../targets.ts";
import { serverSays } from "../server-says.ts";
import type { Call, Verb } from "../verb.ts";

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const chunk = "500";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_get/ */
export const get: Verb = {
  names: ["get"],
  summary: "Display one or many resources",
  flags: [
    { name: "filename", short: "f", kind: "list" },
    { name: "output", short: "o", kind: "value" },
    { name: "selector", short: "l", kind: "value" },
    { name: "field-selector", kind: "value" },
    { name: "all-namespaces", short: "A", kind: "boolean" },
    { name: "watch", short: "w", kind: "boolean" },
    { name: "watch-only", kind: "boolean" },
    { name: "output-watch-events", kind: "boolean" },
    { name: "no-headers", kind: "boolean" },
    { name: "show-labels", kind: "boolean" },
    { name: "show-kind", kind: "boolean" },
    { name: "label-columns", short: "L", kind: "list" },
    { name: "sort-by", kind: "value" },
    { name: "ignore-not-found", kind: "boolean" },
    { name: "raw", kind: "value" },
    { name: "subresource", kind: "value" },
    { name: "chunk-size", kind: "value" },
    { name: "show-managed-fields", kind: "boolean" },
  ],

  async run(call) {
    const { flags } = call;
    const raw = flags.value("raw");
    if (raw !== undefined) return printRaw(raw, call);
    const targets = flags.has("filename") ? await fileTargets(call) : await targetsOf(flags.args, call);
    if (targets.length === 0) throw noResource();
    const output = flags.value("output");
    const isTable = output === undefined || output === "wide";
    if (flags.isTrue("watch") || flags.isTrue("watch-only")) return watch(targets, call);
    return isTable ? printTables(targets, call) : printAll(targets, output, call);
  },
};

function noResource(): KubectlError {
  return new KubectlError(
    `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
  );
}

async function printRaw(path: string, { rest, io }: Call): Promise<void> {
  for await (const bytes of await rest.stream("GET", path)) await io.out(bytes);
}

async function fileTargets(call: Call): Promise<readonly Target[]> {
  const manifests = await manifestsOf(call);
  return manifests.map(({ object, resource, namespace }) => ({ resource, namespace, name: object.metadata.name }));
}

/** Runs `work` for each target; refusals are told and remembered, the others go on. */
async function forEach<T>(targets: readonly Target[], call: Call, work: (target: Target) => Promise<T>): Promise<{ done: T[]; failed: boolean }> {
  const done: T[] = [];
  let failed = false;
  for (const target of targets) {
    try {
      done.push(await work(target));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isNotFound(error) && call.flags.isTrue("ignore-not-found")) continue;
      failed = true;
      await call.io.err(`${serverSays(error)}\n`);
    }
  }
  return { done, failed };
}

async function printTables(targets: readonly Target[], call: Call): Promise<number> {
  const { flags, io } = call;
  const kinds = new Set(targets.map(({ resource }) => resource));
  const showKind = kinds.size > 1 || flags.isTrue("show-kind");
  const { done, failed } = await forEach(targets, call, async (target) => ({ target, table: await fetchTable(target, call) }));
  const merged = mergeByKind(done).filter(({ table }) => table.rows.length > 0);
  if (merged.length === 0 && !failed && !flags.isTrue("ignore-not-found")) await io.err(`${nothingFound(targets, call)}\n`);
  for (const [index, { target, table }] of merged.entries()) {
    if (index > 0) await io.out("\n");
    const style = styleFor(target, call, { showKind });
    await io.out(alignColumns(tableLines(sortRows(table, flags.value("sort-by")), style)));
  }
  return failed ? 1 : 0;
}

/** Objects of one kind, asked for by name, stand in one table. */
function mergeByKind(tables: readonly { target: Target; table: Table }[]): { target: Target; table: Table }[] {
  const merged = new Map<Target["resource"], { target: Target; table: Table }>();
  for (const one of tables) {
    const known = merged.get(one.target.resource);
    const rows = [...(known?.table.rows ?? []), ...one.table.rows];
    merged.set(one.target.resource, { target: one.target, table: { ...one.table, rows } });
  }
  return [...merged.values()];
}

function fetchTable(target: Target, call: Call): Promise<Table> {
  const { rest, flags } = call;
  const sorted = flags.has("sort-by") ? { includeObject: "Object" } : {};
  const query = target.name === undefined ? { ...selectorQuery(call), limit: chunk, ...sorted } : sorted;
  return wholeTable(query, (asked) => rest.json<Table>("GET", targetPath(target, flags.value("subresource")), { accept: asTable, query: asked }));
}

/** Follows `continue` to the end. */
async function wholeTable(query: Record<string, string>, fetch: (query: Record<string, string>) => Promise<Table>): Promise<Table> {
  const first = await fetch(query);
  const rows = [...first.rows];
  for (let next = first.metadata?.continue; next; ) {
    const more = await fetch({ ...query, continue: next });
    rows.push(...more.rows);
    next = more.metadata?.continue;
  }
  return { ...first, rows };
}

function styleFor({ resource, namespace }: Target, { flags }: Call, { showKind }: { showKind: boolean }): TableStyle {
  return {
    wide: flags.value("output") === "wide",
    headers: !flags.isTrue("no-headers"),
    namespaces: resource.namespaced && namespace === undefined,
    showLabels: flags.isTrue("show-labels"),
    labelColumns: flags.values("label-columns").flatMap((list) => list.split(",")),
    prefix: showKind ? nameOf(resource, "") : "",
  };
}

function nothingFound(targets: readonly Target[], { namespace, flags }: Call): string {
  const everywhere = flags.isTrue("all-namespaces") || targets.every(({ resource }) => !resource.namespaced);
  return everywhere ? "No resources found" : `No resources found in ${namespace} namespace.`;
}

async function printAll(targets: readonly Target[], output: string, call: Call): Promise<number> {
  const { rest, io, flags } = call;
  const { done, failed } = await forEach(targets, call, (target) =>
    rest.json<KubeObject | ObjectList>("GET", targetPath(target, flags.value("subresource")), {
      query: target.name === undefined ? selectorQuery(call) : {},
    }),
  );
  if (done.length === 0) return failed ? 1 : 0;
  const [first] = targets;
  const single = targets.length === 1 && first?.name !== undefined ? done[0] : undefined;
  const shown = single ?? listOf(done);
  if (output.startsWith("custom-columns")) await io.out(customColumns(shown, output, !flags.isTrue("no-headers")));
  else await io.out(printObject(shown, output));
  return failed ? 1 : 0;
}

function listOf(results: readonly (KubeObject | ObjectList)[]): object {
  const items = results.flatMap((result) =>
    "items" in result ? result.items.map((item) => ({ apiVersion: result.apiVersion, kind: result.kind.replace(/List$/u, ""), ...item })) : [result],
  );
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}

/** Prints what there is, then every change, until Ctrl-C. */
async function watch(targets: readonly Target[], call: Call): Promise<number> {
  const { rest, io, flags } = call;
  const [target, ...others] = targets;
  if (!target || others.length > 0) throw new KubectlError("you may only specify a single resource type");
  const output = flags.value("output");
  const isTable = output === undefined || output === "wide";
  const widths: number[] = [];
  let style = styleFor(target, call, { showKind: flags.isTrue("show-kind") });
  const show = async (table: Table): Promise<void> => {
    if (table.rows.length === 0) return;
    await io.out(alignColumns(tableLines(table, style), widths));
    style = { ...style, headers: false };
  };
  const collection = { ...target, name: undefined };
  const query = {
    ...selectorQuery(call),
    ...(target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` }),
  };
  const accept = isTable ? asTable : "application/json";
  const now = await rest.json<Table & ObjectList>("GET", targetPath(collection), { accept, query });
  if (!flags.isTrue("watch-only")) {
    if (isTable) await show(now);
    else for (const item of now.items) await io.out(printObject(item, output, target.resource));
  }
  const resourceVersion = now.metadata.resourceVersion;
  const columnDefinitions = now.columnDefinitions;
  const events = rest.watch<{ type: string; object: Table }>(targetPath(collection), { accept, query: { ...query, resourceVersion }, signal: io.interrupt });
  try {
    for await (const { type, object } of events) {
      if (type === "BOOKMARK") continue;
      if (isTable) await show({ ...object, columnDefinitions });
      else await io.out(printObject(object, output, target.resource));
    }
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
  }
  return io.interrupt.aborted ? 130 : 0;
}
