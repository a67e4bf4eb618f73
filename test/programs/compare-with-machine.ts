import { beforeAll, describe, expect, test } from "vitest";

import type { ComparedScript } from "../shell/compared-script.ts";
import { type Outcome, outcomesIn, whyNoShell } from "../shell/reference-shell.ts";
import { shellMachine } from "../shell/shell-machine.ts";

const machineShell = { program: "sh", name: "sh" };

/** Runs each script in a container and with the machine's own tools: stdout and exit code must be the same. */
export function compareWithMachine(title: string, scripts: readonly ComparedScript[]): void {
  const missing = whyNoShell("sh") ?? whyNoTool();
  if (missing !== undefined) process.stderr.write(`${title} are not compared with this machine's: ${missing}\n`);

  describe.runIf(missing === undefined)(`${title} answer as the machine's own do:`, () => {
    let expected: ReadonlyMap<string, Outcome>;

    beforeAll(() => {
      expected = outcomesIn(machineShell, scripts);
    }, 60_000);

    test.each(scripts)("$script", async ({ script, difference }) => {
      const { stdout, exitCode } = await shellMachine("debian").run(["sh", "-c", script]);
      expect({ stdout, exitCode }).toEqual(difference?.outcome ?? expected.get(script));
    });
  });
}

/** GNU's tools are the reference: those of other systems differ in too much. */
function whyNoTool(): string | undefined {
  const tools = ["sed", "sort", "diff", "find", "tar"].map((name) => `${name} --version | grep -q GNU`);
  const script = `${tools.join(" && ")} && awk 'BEGIN{exit 0}'`;
  const outcome = outcomesIn(machineShell, [{ script }]).get(script);
  return outcome?.exitCode === 0 ? undefined : "it lacks awk or some of GNU's tools";
}
