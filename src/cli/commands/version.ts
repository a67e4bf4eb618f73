import { Command } from "commander";

import { versionLine } from "../../index.ts";

export function versionCommand(): Command {
  return new Command("version").description("print the version").action(() => {
    process.stdout.write(`${versionLine}\n`);
  });
}
