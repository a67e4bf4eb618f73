import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { play } from "./support/transcript.ts";

const folder = join(import.meta.dirname, "scenarios");

/** `npx vitest run test/scenarios.test.ts -u` writes what is printed now into the files. */
test.each(readdirSync(folder).filter((name) => name.endsWith(".txt")))("%s prints what it says", async (file) => {
  const path = join(folder, file);
  await expect(await play(readFileSync(path, "utf8"))).toMatchFileSnapshot(path);
});
