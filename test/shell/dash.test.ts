import { beforeAll, describe, expect, test } from "vitest";

import { commandScripts } from "./command-scripts.ts";
import { languageCorners } from "./language-corners.ts";
import { languageScripts } from "./language-scripts.ts";
import { processCorners } from "./process-corners.ts";
import { outcomesIn, whyNoShell } from "./reference-shell.ts";
import type { Outcome } from "./reference-shell.ts";
import { shellMachine } from "./shell-machine.ts";

const missing = whyNoShell("dash");
if (missing) process.stderr.write(`sh is not compared with dash: ${missing}\n`);
const scripts = [...languageScripts, ...commandScripts, ...languageCorners, ...processCorners];

/** Stdout and exit code of the same script; `difference` says where ours answers otherwise on purpose. */
describe.runIf(!missing)("debian's sh answers as dash does:", () => {
  let expected: ReadonlyMap<string, Outcome>;

  beforeAll(() => {
    expected = outcomesIn({ program: "dash", name: "sh" }, scripts);
  }, 60_000);

  test.each(scripts)("$script", async ({ script, difference }) => {
    const { stdout, exitCode } = await shellMachine("debian").run(["sh", "-c", script]);
    expect({ stdout, exitCode }).toEqual(difference?.outcome ?? expected.get(script));
  });
});
