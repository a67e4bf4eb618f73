import { spawnSync } from "node:child_process";

import { medianMs } from "./measure.ts";
import type { Row } from "./row.ts";

/** What importing the library costs a fresh process, beside one that imports nothing. */
export async function importRow(): Promise<Row[]> {
  const run = (code: string): Promise<number> =>
    medianMs(5, async () => {
      spawnSync(process.execPath, ["--input-type=module", "-e", code]);
    });
  const bare = await run("");
  const full = await run("await import('picokube')");
  return [{ name: "import", value: full - bare, unit: "ms" }];
}
