import { applet, UsageError } from "../applet.ts";
import { baseName } from "../paths.ts";

export const basename = applet({
  names: ["basename"],
  usage: "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...",
  help: "Strip directory path and SUFFIX from FILE",
  options: { short: "as:z", long: { multiple: "a", suffix: "s" } },
  directory: "/usr/bin",
  async run({ options, operands, out }) {
    const many = options.last("as") !== undefined;
    if (operands.length === 0) throw new UsageError();
    if (!many && operands.length > 2) {
      throw new UsageError({ busybox: "", gnu: `extra operand '${operands[2] ?? ""}'` });
    }
    const suffix = options.value("s") ?? (many ? "" : (operands[1] ?? ""));
    for (const path of many ? operands : operands.slice(0, 1)) {
      const name = baseName(path);
      const stem = suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
      await out.print(`${stem}\n`);
    }
  },
});

export const dirname = applet({
  names: ["dirname"],
  usage: "FILENAME",
  help: "Strip non-directory suffix from FILENAME",
  options: "z",
  directory: "/usr/bin",
  async run({ operands, out }) {
    if (operands.length === 0) throw new UsageError();
    for (const path of operands) {
      const parent = path.replace(/\/+$/u, "").replace(/\/*[^/]*$/u, "");
      await out.print(`${parent === "" ? (path.startsWith("/") ? "/" : ".") : parent}\n`);
    }
  },
});
