import { spawnSync } from "node:child_process";

import { median, spentOn } from "./measure.ts";
import type { Row } from "./row.ts";

/** What importing the library costs a fresh process, beside one that imports nothing. */
export async function importRows(): Promise<readonly Row[]> {
  const run = async (code: string): Promise<number> => {
    const runs = [];
    for (let time = 0; time < 5; time++) {
      runs.push(
        await spentOn(async () => {
          spawnSync(process.execPath, ["--input-type=module", "-e", code]);
        }),
      );
    }
    return median(runs).ms;
  };
  const bare = await run("");
  const full = await run("await import('picokube')");
  return [{ name: "import", value: full - bare, unit: "ms" }];
}
