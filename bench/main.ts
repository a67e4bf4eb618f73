import { clusterRows } from "./cluster.ts";
import { importRow } from "./import.ts";
import { nodePortRows } from "./node-port.ts";
import { formatRow } from "./row.ts";

/** Prints every figure as it is measured. Timings are for reading: no test depends on them. */
for (const measure of [importRow, clusterRows, nodePortRows]) {
  for (const row of await measure()) process.stdout.write(`${formatRow(row)}\n`);
}
