import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { parseDate } from "../system/parse-date.ts";

export const touch = applet({
  names: ["touch"],
  usage: "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...",
  help: `
Update mtime of FILEs

	-c	Don't create files
	-h	Don't follow links
	-a	Change only atime
	-m	Change only mtime
	-d DT	Date/time to use
	-t DT	Date/time to use
	-r FILE	Use FILE's date/time`,
  options: { short: "chamd:t:r:f", long: { "no-create": "c", date: "d", reference: "r", "no-dereference": "h" } },
  async run(call) {
    const { process, options, operands } = call;
    if (operands.length === 0) throw new UsageError({ busybox: "", gnu: "missing file operand" });
    const at = timeOf(call);
    let exitCode = 0;
    for (const path of operands) {
      const absolute = process.resolve(path);
      try {
        if (process.files.exists(absolute)) process.files.setTimes(absolute, at);
        else if (!options.has("c")) {
          process.files.append(absolute, "");
          process.files.setTimes(absolute, at);
        }
      } catch (error) {
        const reason = reasonOf(error);
        await call.complain({ busybox: `${path}: ${reason}`, gnu: `cannot touch '${path}': ${reason}` });
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

function timeOf({ process, options }: Call): number {
  const now = process.clock.now();
  const reference = options.value("r");
  if (reference !== undefined) {
    try {
      return process.files.stat(process.resolve(reference)).modifiedAt;
    } catch (error) {
      const reason = reasonOf(error);
      throw new Failure({
        busybox: `${reference}: ${reason}`,
        gnu: `failed to get attributes of '${reference}': ${reason}`,
      });
    }
  }
  const text = options.value("d") ?? options.value("t");
  if (text === undefined) return now;
  const at = parseDate(text, now);
  if (at === undefined) throw new Failure({ busybox: `invalid date '${text}'`, gnu: `invalid date format '${text}'` });
  return at;
}
