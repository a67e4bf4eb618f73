import type { KubeObject } from "../api/object.ts";
import { isNotFound } from "../api/status.ts";
import { ageOf } from "./durations.ts";
import { Failures } from "./failures.ts";
import { KubectlError } from "./kubectl-error.ts";
import { nameOf } from "./manifest.ts";
import { sortByPath } from "./printers/sort-rows.ts";
import { type Row, type Table, tableText, type TableStyle } from "./printers/table.ts";
import { tableStops, tabulate } from "./printers/tabulate.ts";
import { listError, selectorQuery, type Target, targetPath } from "./targets.ts";
import type { Call } from "./verb.ts";

/** How kubectl asks for a Table. */
export const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** What `kubectl get` prints without `-o`: a table for each kind, an empty line between them. */
export async function printTables(targets: readonly Target[], call: Call): Promise<number> {
  const { flags, io } = call;
  const failures = new Failures();
  const tables: { target: Target; table: Table }[] = [];
  for (const target of targets) {
    try {
      tables.push({ target, table: await fetchTable(target, call) });
    } catch (error) {
      const told = target.name === undefined ? listError(error, target, call) : error;
      if (!isNotFound(error) || !flags.isTrue("ignore-not-found")) failures.add(told);
    }
  }
  const merged = mergeByKind(tables)
    .map(({ target, table }) => ({ target, table: sorted(table, flags.value("sort-by")) }))
    .filter(({ table }) => (table.rows ?? []).length > 0);
  const showKind = new Set(targets.map(({ resource }) => resource)).size > 1 || flags.isTrue("show-kind");
  for (const [index, { target, table }] of merged.entries()) {
    if (index > 0) await io.out("\n");
    await io.out(tabulate(tableText(table, styleFor(target, call, showKind)), tableStops));
  }
  if (merged.length === 0 && !failures.some && !flags.isTrue("ignore-not-found")) {
    await io.err(`${nothingFound(targets, call)}\n`);
  }
  failures.raise();
  return 0;
}

/** Objects of one kind, asked for by name, stand in one table. */
function mergeByKind(tables: readonly { target: Target; table: Table }[]): { target: Target; table: Table }[] {
  const merged: { target: Target; table: Table }[] = [];
  for (const one of tables) {
    const last = merged.at(-1);
    if (last?.target.resource === one.target.resource) {
      merged[merged.length - 1] = {
        ...last,
        table: { ...last.table, rows: [...(last.table.rows ?? []), ...(one.table.rows ?? [])] },
      };
    } else merged.push(one);
  }
  return merged;
}

function sorted(table: Table, expression: string | undefined): Table {
  if (expression === undefined) return table;
  const rows = table.rows ?? [];
  if (rows.length < 2) return table;
  try {
    return { ...table, rows: sortByPath(rows, ({ object }: Row) => object, expression) };
  } catch (error) {
    // By a field that no object has kubectl finds no object.
    if (error instanceof KubectlError) return { ...table, rows: [] };
    throw error;
  }
}

async function fetchTable(target: Target, call: Call): Promise<Table> {
  const { rest, flags } = call;
  const path = targetPath(target, flags.value("subresource"));
  const includeObject: Record<string, string> = flags.has("sort-by") ? { includeObject: "Object" } : {};
  if (target.name !== undefined)
    return tableFrom(await rest.json("GET", path, { accept: asTable, query: includeObject }), call);
  const chunk = flags.number("chunk-size") ?? 500;
  const query = { ...selectorQuery(call), ...(chunk > 0 ? { limit: String(chunk) } : {}), ...includeObject };
  const rows: Row[] = [];
  let table = await rest.json<Table>("GET", path, { accept: asTable, query });
  rows.push(...(table.rows ?? []));
  for (let next = table.metadata?.continue; next; next = table.metadata?.continue) {
    table = await rest.json<Table>("GET", path, { accept: asTable, query: { ...query, continue: next } });
    rows.push(...(table.rows ?? []));
  }
  return { ...table, rows };
}

/** What the server sends as no Table has only a name and an age. */
function tableFrom(answer: Table | KubeObject, { clock }: Call): Table {
  if (!("metadata" in answer) || answer.kind === "Table") return answer as Table;
  const object = answer as KubeObject;
  const columnDefinitions = ["Name", "Age"].map((name) => ({ name, priority: 0 }));
  const cells = [object.metadata.name, ageOf(object.metadata.creationTimestamp, clock.now())];
  return { kind: "Table", columnDefinitions, rows: [{ cells, object }] };
}

export function styleFor({ resource }: Target, { flags }: Call, showKind: boolean): TableStyle {
  return {
    wide: flags.value("output") === "wide",
    headers: !flags.isTrue("no-headers"),
    namespaces: resource.namespaced && flags.isTrue("all-namespaces"),
    showLabels: flags.isTrue("show-labels"),
    labelColumns: flags.values("label-columns"),
    prefix: showKind ? nameOf(resource, "") : "",
  };
}

function nothingFound(targets: readonly Target[], { namespace, flags }: Call): string {
  const everywhere = flags.isTrue("all-namespaces") || targets.every(({ resource }) => !resource.namespaced);
  return everywhere ? "No resources found" : `No resources found in ${namespace} namespace.`;
}
