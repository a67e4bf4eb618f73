import { beforeAll, describe, expect, test } from "vitest";

import { bashScripts } from "./bash-scripts.ts";
import { outcomesIn, whyNoShell } from "./reference-shell.ts";
import type { Outcome } from "./reference-shell.ts";
import { shellMachine } from "./shell-machine.ts";

const missing = whyNoShell("bash");
if (missing) process.stderr.write(`bash is not compared with the machine's: ${missing}\n`);

describe.runIf(!missing)("bash answers as bash does:", () => {
  let expected: ReadonlyMap<string, Outcome>;

  beforeAll(() => {
    expected = outcomesIn("bash", bashScripts);
  }, 60_000);

  test.each(bashScripts)("$script", async ({ script, difference }) => {
    const { stdout, exitCode } = await shellMachine("debian").run(["bash", "-c", script]);
    expect({ stdout, exitCode }).toEqual(difference?.outcome ?? expected.get(script));
  });
});

test("what bash has and we do not is refused in words", async () => {
  const { run } = shellMachine("debian");
  expect(
    await run(["bash", "-c", "shopt -s lastpipe\ntrap x RETURN\ncomplete -F f g\nprintf '%(%Y)T' 0"]),
  ).toMatchObject({
    stdout: "",
    stderr:
      "bash: line 1: shopt: lastpipe: this shell option is not simulated\n" +
      "bash: line 2: trap: RETURN: this event is not simulated\n" +
      "bash: line 3: complete: this built-in is not simulated\n" +
      "bash: line 4: printf: %(%Y)T: this conversion is not simulated\n",
  });
});
