import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

const seeds = 1000;

/** The histories of test/invariants, many more of them. What fails is told as the tests tell it. */
export async function invariantRows(): Promise<readonly Row[]> {
  const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));
  let status: number | null = null;
  const { ms } = await spentOn(async () => {
    const env = { ...process.env, SEEDS: String(seeds) };
    const stdio = ["ignore", "ignore", "inherit"] as const;
    ({ status } = spawnSync(process.execPath, [vitest, "run", "test/invariants"], { env, stdio: [...stdio] }));
  });
  if (status !== 0) throw new Error("not all of them were kept");
  return [{ name: `${seeds} random histories, every invariant kept`, value: ms / seeds, unit: "ms each" }];
}
