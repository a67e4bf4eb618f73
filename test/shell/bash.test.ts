import { beforeAll, describe, expect, test } from "vitest";

import { bashScripts } from "./bash-scripts.ts";
import { languageCorners } from "./language-corners.ts";
import { outcomesIn, whyNoShell } from "./reference-shell.ts";
import type { Outcome } from "./reference-shell.ts";
import { shellMachine } from "./shell-machine.ts";

/** What ours answers as other shells do: a negated background job, and what is seldom asked of functions. */
const unlikeBash = new Set(["case $(exit 3) in '') echo $?;; esac; for i in $(exit 3); do :; done; echo $?"]);
const shared = languageCorners.filter(({ script, difference }) => !difference && !unlikeBash.has(script));
const scripts = [...bashScripts, ...shared];

const missing = whyNoShell("bash");
if (missing) process.stderr.write(`bash is not compared with the machine's: ${missing}\n`);

describe.runIf(!missing)("bash answers as bash does:", () => {
  let expected: ReadonlyMap<string, Outcome>;

  beforeAll(() => {
    expected = outcomesIn({ program: "bash", name: "bash" }, scripts);
  }, 60_000);

  test.each(scripts)("$script", async ({ script, difference }) => {
    const { stdout, exitCode } = await shellMachine("debian").run(["bash", "-c", script]);
    expect({ stdout, exitCode }).toEqual(difference?.outcome ?? expected.get(script));
  });
});

test("what bash has and we do not is refused in words", async () => {
  const { run } = shellMachine("debian");
  expect(await run(["bash", "-c", "shopt -s cdspell\ncomplete -F f g\nfc -l"])).toMatchObject({
    stdout: "",
    stderr:
      "bash: line 1: shopt: cdspell: this shell option is not simulated\n" +
      "bash: line 2: complete: this built-in is not simulated\n" +
      "bash: line 3: fc: this built-in is not simulated\n",
  });
});
