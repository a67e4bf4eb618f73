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
  expect(await run(["bash", "-c", "cat <(echo a)\ncoproc cat\ndeclare -l x\nshopt -s globstar"])).toMatchObject({
    stdout: "",
    stderr:
      "bash: line 1: <(echo a): process substitution is not simulated\n" +
      "bash: line 2: coproc: coprocesses are not simulated\n" +
      "bash: line 3: declare: -l: this attribute is not simulated\n" +
      "bash: line 4: shopt: globstar: this shell option is not simulated\n",
  });
});
