import { createHash } from "node:crypto";

import type { Tool } from "../../runtime/tool.ts";
import { applet, type Call } from "../applet.ts";
import { forEachLine, type Source, sourceOrComplaint } from "../input.ts";

/** md5sum and its kin. */
export const checksums: readonly Tool[] = ["md5", "sha1", "sha256", "sha512"].map(checksum);

function checksum(algorithm: string): Tool {
  return applet({
    names: [`${algorithm}sum`],
    usage: "[-c[sw]] [FILE]...",
    help: `
Print or check ${algorithm.toUpperCase()} checksums

	-c	Check sums against list in FILEs
	-s	Don't output anything, status code shows success
	-w	Warn about improperly formatted checksum lines`,
    options: { short: "cswbtq", long: { check: "c", status: "s", warn: "w", binary: "b", text: "t", quiet: "q" } },
    directory: "/usr/bin",
    async run(call) {
      const { options, operands, out } = call;
      if (options.has("c")) return verify(call, algorithm);
      let exitCode = 0;
      for (const path of operands.length === 0 ? ["-"] : operands) {
        const source = await sourceOrComplaint(call, path);
        if (source === undefined) exitCode = 1;
        else await out.print(`${await digest(source, algorithm)}  ${path}\n`);
      }
      return exitCode;
    },
  });
}

async function digest(source: Source, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) hash.update(chunk);
  source.close();
  return hash.digest("hex");
}

async function verify(call: Call, algorithm: string): Promise<number> {
  const { flavour, options, operands, out, complain } = call;
  let failed = 0;
  let total = 0;
  await forEachLine(call, operands, async (line) => {
    const [, expected = "", path = ""] = /^([0-9a-fA-F]+) [ *](.+)$/u.exec(line) ?? [];
    if (path === "") {
      if (options.has("w")) await complain("invalid format");
      return;
    }
    total++;
    const source = await sourceOrComplaint(call, path);
    const matches = source !== undefined && (await digest(source, algorithm)) === expected.toLowerCase();
    if (!matches) failed++;
    const silent = options.has("s") || (options.has("q") && matches);
    if (!silent) await out.print(`${path}: ${matches ? "OK" : "FAILED"}\n`);
  });
  if (total === 0 && flavour === "gnu") {
    await complain(`${operands[0] ?? "'standard input'"}: no properly formatted checksum lines found`);
  }
  if (failed > 0 && !options.has("s")) {
    const plural = failed === 1 ? "checksum" : "checksums";
    await complain({
      busybox: `WARNING: ${failed} of ${total} computed checksums did NOT match`,
      gnu: `WARNING: ${failed} computed ${plural} did NOT match`,
    });
  }
  return failed > 0 || total === 0 ? 1 : 0;
}
