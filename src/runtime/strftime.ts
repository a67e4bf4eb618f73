const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Formats a moment (ms since the epoch) in UTC, as strftime(3) does, with GNU date's `%N` and the flags `-_0^`. */
export function strftime(format: string, at: number): string {
  const date = new Date(at);
  let text = "";
  for (const part of partsOf(format)) text += typeof part === "string" ? part : part(date, at);
  return text;
}

type Conversion = (date: Date, at: number) => string;

const mostFormats = 100;
const formats = new Map<string, readonly (string | Conversion)[]>();

/** Read once: loops and logs ask for the same again and again. */
function partsOf(format: string): readonly (string | Conversion)[] {
  const known = formats.get(format);
  if (known) return known;
  const parts = format.split(/(%[-_0^]?\d*:{0,3}[a-zA-Z%+])/u).map(conversionOf);
  if (formats.size >= mostFormats) formats.clear();
  formats.set(format, parts);
  return parts;
}

function conversionOf(text: string): string | Conversion {
  const [, flag = "", width = "", letter = ""] = /^%([-_0^]?)(\d*)(:{0,3}[a-zA-Z%+])$/u.exec(text) ?? [];
  const convert = conversions[letter];
  if (!convert) return text;
  if (flag === "" && width === "") return convert;
  return (date, at) => flagged(convert(date, at), flag, width);
}

/** "Jan", by month of the year from 0. */
export function shortMonth(month: number): string {
  return (months[month] ?? "").slice(0, 3);
}

export function monthName(month: number): string {
  return months[month] ?? "";
}

const conversions: Readonly<Record<string, Conversion>> = {
  "%": () => "%",
  n: () => "\n",
  t: () => "\t",
  a: (date) => (days[date.getUTCDay()] ?? "").slice(0, 3),
  A: (date) => days[date.getUTCDay()] ?? "",
  b: (date) => shortMonth(date.getUTCMonth()),
  h: (date) => shortMonth(date.getUTCMonth()),
  B: (date) => monthName(date.getUTCMonth()),
  c: (date, at) => strftime("%a %b %e %H:%M:%S %Y", at),
  C: (date) => padded(Math.floor(date.getUTCFullYear() / 100), 2),
  d: (date) => padded(date.getUTCDate(), 2),
  D: (date, at) => strftime("%m/%d/%y", at),
  e: (date) => String(date.getUTCDate()).padStart(2),
  F: (date, at) => strftime("%Y-%m-%d", at),
  g: (date) => padded(isoWeek(date).year % 100, 2),
  G: (date) => String(isoWeek(date).year),
  H: (date) => padded(date.getUTCHours(), 2),
  I: (date) => padded(date.getUTCHours() % 12 || 12, 2),
  j: (date) => padded(dayOfYear(date) + 1, 3),
  k: (date) => String(date.getUTCHours()).padStart(2),
  l: (date) => String(date.getUTCHours() % 12 || 12).padStart(2),
  m: (date) => padded(date.getUTCMonth() + 1, 2),
  M: (date) => padded(date.getUTCMinutes(), 2),
  N: (date, at) => padded(Math.floor((at % 1000) * 1e6), 9),
  p: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  P: (date) => (date.getUTCHours() < 12 ? "am" : "pm"),
  r: (date, at) => strftime("%I:%M:%S %p", at),
  R: (date, at) => strftime("%H:%M", at),
  s: (date, at) => String(Math.floor(at / 1000)),
  S: (date) => padded(date.getUTCSeconds(), 2),
  T: (date, at) => strftime("%H:%M:%S", at),
  u: (date) => String(date.getUTCDay() || 7),
  U: (date) => padded(Math.floor((dayOfYear(date) + 7 - date.getUTCDay()) / 7), 2),
  V: (date) => padded(isoWeek(date).week, 2),
  w: (date) => String(date.getUTCDay()),
  W: (date) => padded(Math.floor((dayOfYear(date) + 7 - ((date.getUTCDay() + 6) % 7)) / 7), 2),
  x: (date, at) => strftime("%m/%d/%y", at),
  X: (date, at) => strftime("%H:%M:%S", at),
  y: (date) => padded(date.getUTCFullYear() % 100, 2),
  Y: (date) => String(date.getUTCFullYear()),
  z: () => "+0000",
  ":z": () => "+00:00",
  Z: () => "UTC",
};

function flagged(value: string, flag: string, width: string): string {
  const bare = value.replace(/^[0 ]+(?=\d)/u, "");
  if (flag === "-") return bare;
  if (flag === "_") return bare.padStart(widthOf(width) || value.length);
  if (flag === "^") return value.toUpperCase();
  return width === ""
    ? value
    : value.slice(0, value.length === 9 ? Number(width) : undefined).padStart(widthOf(width), "0");
}

/** Wider is nothing that anybody reads. */
const widest = 1000;

function widthOf(text: string): number {
  return Math.min(widest, Number(text));
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** From 0. */
function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** https://en.wikipedia.org/wiki/ISO_week_date */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}
