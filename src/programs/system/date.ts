import { strftime } from "../../runtime/strftime.ts";
import { applet, type Call } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { parseDate } from "./parse-date.ts";

export const date = applet({
  names: ["date"],
  usage: "[OPTIONS] [+FMT] [[-s] TIME]",
  help: `
Display time (using +FMT), or set time

	-u		Work in UTC (don't convert to local time)
	[-s] TIME	Set time to TIME
	-d TIME		Display TIME, not 'now'
	-D FMT		FMT (strptime format) for -s/-d TIME conversion
	-r FILE		Display last modification time of FILE
	-R		Output RFC-2822 date
	-I[SPEC]	Output ISO-8601 date
			SPEC=date (default), hours, minutes, seconds or ns`,
  options: {
    short: "us:d:D:r:RI::",
    long: {
      utc: "u",
      universal: "u",
      set: "s",
      date: "d",
      reference: "r",
      "rfc-email": "R",
      "rfc-2822": "R",
      "iso-8601": "I",
      "rfc-3339": "rfc-3339:",
    },
  },
  async run(call) {
    const { options, operands, out } = call;
    const format = operands.find((operand) => operand.startsWith("+"));
    const setting = options.value("s") ?? operands.find((operand) => !operand.startsWith("+"));
    const at = shownTime(call);
    if (setting !== undefined) {
      if (parseDate(setting, at) === undefined) throw new Failure(`invalid date '${setting}'`);
      throw new Failure("can't set date: Operation not permitted");
    }
    await out.print(`${strftime(format?.slice(1) ?? standardFormat(call), at)}\n`);
  },
});

function shownTime({ process, options }: Call): number {
  const now = process.clock.now();
  const file = options.value("r");
  if (file !== undefined) {
    try {
      return process.files.stat(process.resolve(file)).modifiedAt;
    } catch (error) {
      throw new Failure(`${file}: ${reasonOf(error)}`);
    }
  }
  const text = options.value("d");
  if (text === undefined) return now;
  const at = parseDate(text, now, options.value("D"));
  if (at === undefined) throw new Failure(`invalid date '${text}'`);
  return at;
}

const isoFormats: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  hours: "%Y-%m-%dT%H%:z",
  minutes: "%Y-%m-%dT%H:%M%:z",
  seconds: "%Y-%m-%dT%H:%M:%S%:z",
  ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
};

function standardFormat({ options }: Call): string {
  if (options.has("R")) return "%a, %d %b %Y %H:%M:%S %z";
  const precision = options.value("I") ?? options.value("rfc-3339");
  if (precision === undefined) return "%a %b %e %H:%M:%S %Z %Y";
  const format = Object.entries(isoFormats).find(([name]) =>
    name.startsWith(precision === "" ? "date" : precision),
  )?.[1];
  if (format === undefined) throw new Failure(`invalid argument '${precision}' to 'iso-8601'`);
  return options.has("I") ? format : format.replace("T", " ").replace(",", ".");
}
