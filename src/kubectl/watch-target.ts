import { KubectlError } from "./kubectl-error.ts";
import { inlined } from "./print-list.ts";
import { asTable, styleFor } from "./print-tables.ts";
import { customColumns } from "./printers/custom-columns.ts";
import { printObject } from "./printers/print-object.ts";
import { type Table, tableText } from "./printers/table.ts";
import { tableStops, tabulate } from "./printers/tabulate.ts";
import type { ObjectList } from "./rest.ts";
import { selectorQuery, type Target, targetPath } from "./targets.ts";
import type { Call } from "./verb.ts";

/** `get --watch`: prints what there is, then every change, until Ctrl-C. */
export async function watchTarget(targets: readonly Target[], call: Call): Promise<number> {
  const { rest, io, flags } = call;
  const [target, ...others] = targets;
  if (!target || others.length > 0) {
    throw new KubectlError(
      "watch is only supported on individual resources and resource collections - more than 1 resource was found",
    );
  }
  const output = flags.value("output") || (flags.has("template") ? "go-template" : "");
  const isTable = output === "" || output === "wide";
  const show = isTable ? tablePrinter(target, call) : objectPrinter(output, call);
  const collection = { ...target, name: undefined };
  const byName: Record<string, string> =
    target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` };
  const query = { ...selectorQuery(call), ...byName };
  const accept = isTable ? asTable : "application/json";
  // One that is not there is told of, as `get` tells of it.
  if (target.name !== undefined) await rest.json("GET", targetPath(target), { accept });
  const now = await rest.json<Table & ObjectList>("GET", targetPath(collection), { accept, query });
  if (!flags.isTrue("watch-only")) {
    const typeMeta = { apiVersion: now.apiVersion, kind: now.kind.replace(/List$/u, "") };
    if (isTable) await show(now, "ADDED");
    else for (const item of now.items) await show({ ...typeMeta, ...item }, "ADDED");
  }
  const watchQuery = { ...query, resourceVersion: now.metadata.resourceVersion };
  const events = rest.watch<{ type: string; object: object }>(targetPath(collection), {
    accept,
    query: watchQuery,
    signal: io.interrupt,
  });
  try {
    for await (const { type, object } of events) if (type !== "BOOKMARK") await show(object, type);
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
  }
  return io.interrupt.aborted ? 130 : 0;
}

/** One header for all, and columns that only grow. */
function tablePrinter(target: Target, call: Call): (table: object, event: string) => Promise<void> {
  const widths: number[] = [];
  const style = styleFor(target, call, call.flags.isTrue("show-kind"));
  let { headers } = style;
  let columns: Table["columnDefinitions"] = null;
  return async (given, event) => {
    const table = given as Table;
    columns = table.columnDefinitions ?? columns;
    if ((table.rows ?? []).length === 0) return;
    const shown = { ...table, columnDefinitions: columns };
    const own = call.flags.isTrue("output-watch-events") ? { event } : {};
    await call.io.out(tabulate(tableText(shown, { ...style, headers, ...own }), tableStops, widths));
    headers = false;
  };
}

function objectPrinter(output: string, { io, flags }: Call): (object: object, event: string) => Promise<void> {
  const [, columns] = /^custom-columns=(.*)$/su.exec(output) ?? [];
  let headers = !flags.isTrue("no-headers");
  return async (object, event) => {
    const shown = flags.isTrue("output-watch-events") ? { object, type: event } : object;
    if (columns === undefined) {
      const format = inlined(output, (path) => io.readFile(path));
      if (output === "yaml" && !headers) await io.out("---\n");
      await io.out(printObject(shown, format, { flags, template: flags.value("template") }));
    } else await io.out(customColumns(shown, columns, headers));
    headers = false;
  };
}
