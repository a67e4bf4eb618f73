import type { Subcommand } from "./subcommand.ts";

/** Takes whatever it is given. */
export const entrypointTester: Subcommand = {
  name: "entrypoint-tester",
  short: "Prints the args it's passed and exits",
  async run(process) {
    await process.print(`[${process.argv.join(" ")}]\n`);
    return 0;
  },
};
