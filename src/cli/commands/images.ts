import { Command } from "commander";

import { builtinImages } from "../../index.ts";

/** Lists what images can be run, and on which ports they serve. */
export function imagesCommand(): Command {
  return new Command("images").description("list the images that are simulated").action(() => {
    const rows = builtinImages.map(({ names, ports = [] }) => [
      names[0] ?? "",
      ports.join(","),
      names.slice(1).join(", "),
    ]);
    const table = [["IMAGE", "PORTS", "ALSO KNOWN AS"], ...rows];
    const widths = [0, 1].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
    for (const [name = "", ports = "", others = ""] of table) {
      process.stdout.write(
        `${name.padEnd((widths[0] ?? 0) + 3)}${ports.padEnd((widths[1] ?? 0) + 3)}${others}`.trimEnd() + "\n",
      );
    }
  });
}
