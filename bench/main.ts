import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { churnRows } from "./churn.ts";
import { connectionRows } from "./connections.ts";
import { containerRows } from "./containers.ts";
import { deletionRows } from "./deletion.ts";
import { importRows } from "./import.ts";
import { invariantRows } from "./invariants.ts";
import { listRows } from "./list.ts";
import { nodePortRows } from "./node-port.ts";
import { podRows } from "./pods.ts";
import { requestRows } from "./requests.ts";
import { rolloutRows } from "./rollout.ts";
import { formatRow, type Row } from "./row.ts";
import { scaleRows } from "./scale.ts";
import { startRows } from "./start.ts";

const subjects: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  import: importRows,
  start: startRows,
  pods: podRows,
  scale: scaleRows,
  "node-port": nodePortRows,
  connections: connectionRows,
  containers: containerRows,
  requests: requestRows,
  list: listRows,
  rollout: rolloutRows,
  deletion: deletionRows,
  churn: churnRows,
  invariants: invariantRows,
};

/** Prints figures of the subjects named on the command line, of all without any. Timings are for reading: no test depends on them. */
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in subjects));
if (unknown !== undefined) {
  process.stderr.write(`there is no ${unknown}: choose from ${Object.keys(subjects).join(", ")}\n`);
  process.exitCode = 1;
} else if (chosen.length === 1) await print(chosen[0] ?? "");
else for (const name of chosen.length > 0 ? chosen : Object.keys(subjects)) printApart(name);

async function print(name: string): Promise<void> {
  for (const row of (await subjects[name]?.()) ?? []) process.stdout.write(`${formatRow(row)}\n`);
}

/** In a process of its own: memory and warm code of one subject would show in another's figures. */
function printApart(name: string): void {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
