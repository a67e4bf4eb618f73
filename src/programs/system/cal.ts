import { monthName } from "../../runtime/strftime.ts";
import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";

export const cal = applet({
  names: ["cal"],
  usage: "[-my] [[MONTH] YEAR]",
  help: `
Display a calendar

	-m	Week starts on Monday
	-y	Display the entire year`,
  options: "my",
  directory: "/usr/bin",
  async run({ process, options, operands, out }) {
    if (operands.length > 2) throw new UsageError();
    const today = new Date(process.clock.now());
    const numbers = operands.map(Number);
    const year = numbers.at(-1) ?? today.getUTCFullYear();
    const month = numbers.length === 2 ? (numbers[0] ?? 1) : today.getUTCMonth() + 1;
    if (!(year >= 1 && year <= 9999) || !(month >= 1 && month <= 12))
      throw new Failure(`invalid number '${operands.join(" ")}'`);
    const mondayFirst = options.has("m");
    const wholeYear = options.has("y") || numbers.length === 1;
    await out.print(
      wholeYear
        ? yearText(year, mondayFirst)
        : `${monthLines(year, month - 1, { mondayFirst, titled: true })
            .join("\n")
            .trimEnd()}\n\n`,
    );
  },
});

const width = 20;

function monthLines(
  year: number,
  month: number,
  { mondayFirst, titled }: { mondayFirst: boolean; titled: boolean },
): string[] {
  const title = titled ? `${monthName(month)} ${year}` : monthName(month);
  const names = mondayFirst ? "Mo Tu We Th Fr Sa Su" : "Su Mo Tu We Th Fr Sa";
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const weekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const blanks = mondayFirst ? (weekday + 6) % 7 : weekday;
  const cells = [
    ...Array.from({ length: blanks }, () => "  "),
    ...Array.from({ length: count }, (_, day) => String(day + 1).padStart(2)),
  ];
  const weeks: string[] = [];
  for (let at = 0; at < 42; at += 7)
    weeks.push(
      cells
        .slice(at, at + 7)
        .join(" ")
        .padEnd(width),
    );
  return [centred(title, width), names, ...weeks];
}

function centred(text: string, room: number): string {
  return (" ".repeat(Math.floor((room - text.length) / 2)) + text).padEnd(room);
}

function yearText(year: number, mondayFirst: boolean): string {
  const lines = [centred(String(year), width * 3 + 4).trimEnd(), ""];
  for (let month = 0; month < 12; month += 3) {
    const blocks = [0, 1, 2].map((offset) => monthLines(year, month + offset, { mondayFirst, titled: false }));
    for (let row = 0; row < 8; row++)
      lines.push(
        blocks
          .map((block) => block[row] ?? "")
          .join("  ")
          .trimEnd(),
      );
  }
  return `${lines.join("\n")}\n`;
}
