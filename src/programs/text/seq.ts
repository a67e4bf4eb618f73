import { applet, UsageError } from "../applet.ts";
import { Failure, Misuse } from "../failure.ts";
import { formatNumber } from "../format.ts";

export const seq = applet({
  names: ["seq"],
  usage: "[-w] [-s SEP] [FIRST [INC]] LAST",
  help: `
Print numbers from FIRST to LAST, in steps of INC.
FIRST, INC default to 1.

	-w	Pad with leading zeros
	-s SEP	String separator`,
  options: { short: "ws:f:", long: { "equal-width": "w", separator: "s", format: "f" } },
  directory: "/usr/bin",
  rewrite: (args) => {
    const number = args.findIndex((arg) => /^-[\d.]/u.test(arg));
    return number === -1 ? args : [...args.slice(0, number), "--", ...args.slice(number)];
  },
  async run({ options, operands, out }) {
    if (operands.length === 0 || operands.length > 3) throw new UsageError();
    const numbers = operands.map(numberOf);
    const last = numbers.at(-1) ?? 0;
    const first = operands.length > 1 ? (numbers[0] ?? 1) : 1;
    const step = operands.length > 2 ? (numbers[1] ?? 1) : 1;
    const places = Math.max(...operands.map((text) => /\.(\d+)/u.exec(text)?.[1]?.length ?? 0));
    const width = options.has("w") ? Math.max(first.toFixed(places).length, last.toFixed(places).length) : 0;
    const separator = options.value("s") ?? "\n";
    const show = shower(options.value("f"), places, width);
    const count = step === 0 ? Number.POSITIVE_INFINITY : Math.floor((last - first) / step + 1e-10);
    for (let i = 0; i <= count; i++) await out.print((i === 0 ? "" : separator) + show(first + i * step));
    if (count >= 0) await out.print("\n");
  },
});

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new Misuse({ busybox: `invalid number '${text}'`, gnu: `invalid floating point argument: '${text}'` });
  return value;
}

function shower(format: string | undefined, places: number, width: number): (value: number) => string {
  if (format === undefined) {
    return (value) => formatNumber({ flags: "0", width, precision: places, letter: "f" }, value);
  }
  const [, before = "", flags = "", wide = "", precision, letter = "", after = ""] =
    /^([^%]*)%([-+ 0#]*)(\d*)(?:\.(\d*))?([eEfFgG])([^]*)$/u.exec(format) ?? [];
  if (letter === "") throw new Failure(`invalid format '${format}'`);
  const conversion = {
    flags,
    width: Number(wide),
    precision: precision === undefined ? undefined : Number(precision),
    letter,
  };
  return (value) => before + formatNumber(conversion, value) + after;
}
