const unitMs: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  fortnight: 14 * 86_400_000,
};

/** Ms of what `date -d` takes: busybox's forms and the usual GNU ones ("2 days ago"). Undefined: it can't be read. */
export function parseDate(text: string, now: number, format?: string): number | undefined {
  const at = format === undefined ? moment(text.trim(), now) : parseByFormat(text, format, now);
  return at === undefined || !(Math.abs(at) <= lastMs) ? undefined : at;
}

/** JavaScript's dates end there. */
const lastMs = 8.64e15;

function moment(text: string, now: number): number | undefined {
  if (/^@-?\d+(\.\d+)?$/u.test(text)) return Number(text.slice(1)) * 1000;
  return compact(text, now) ?? absolute(text, now) ?? relative(text, now) ?? combined(text, now);
}

/** "2024-01-31 12:00 +1 day". */
function combined(text: string, now: number): number | undefined {
  const [, date = "", shift = ""] =
    /^(.*?\d)\s+([-+]?\s*\d+\s*[a-z].*|(?:next|last|yesterday|tomorrow)\b.*)$/iu.exec(text) ?? [];
  const at = date === "" ? undefined : absolute(date, now);
  return at === undefined ? undefined : relative(shift, at);
}

/** [[[[[YY]YY]MM]DD]hh]mm[.ss], as POSIX date sets the time. */
function compact(text: string, now: number): number | undefined {
  const match = /^(?:(\d{2}|\d{4})??(\d{2})(\d{2}))?(\d{2})(\d{2})(?:\.(\d{2}))?$/u.exec(text);
  if (!match) return undefined;
  const today = new Date(now);
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = match;
  const fullYear = year === undefined ? today.getUTCFullYear() : Number(year.length === 2 ? `20${year}` : year);
  return Date.UTC(
    fullYear,
    month === undefined ? today.getUTCMonth() : Number(month) - 1,
    day === undefined ? today.getUTCDate() : Number(day),
    ...([Number(hour), Number(minute), Number(second)] as const),
  );
}

function absolute(text: string, now: number): number | undefined {
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/u.exec(text);
  if (time) {
    return startOfDay(now) + (Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3] ?? 0)) * 1000;
  }
  const dotted = /^(\d{4})[.-](\d{1,2})[.-](\d{1,2})(?:[-T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(.*)$/u.exec(
    text,
  );
  if (dotted) {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = dotted
      .slice(1, 7)
      .map((part) => Number(part ?? 0));
    const offset = offsetMs((dotted[7] ?? "").trim());
    if (offset === undefined || month > 12 || day > 31 || hour > 23 || minute > 59) return undefined;
    return Date.UTC(year, month - 1, day, hour, minute, second) - offset;
  }
  const named = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/iu.test(text);
  const parsed = named ? Date.parse(/\b(?:UTC|GMT|Z|[-+]\d{4})\b/u.test(text) ? text : `${text} UTC`) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

function offsetMs(zone: string): number | undefined {
  if (zone === "" || /^(?:Z|UTC|GMT)$/iu.test(zone)) return 0;
  const [, sign = "", hours = "", minutes = "0"] = /^([-+])(\d{2}):?(\d{2})?$/u.exec(zone) ?? [];
  if (sign === "") return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const words: Readonly<Record<string, number>> = { now: 0, today: 0, yesterday: -1, tomorrow: 1 };

/** "yesterday", "next week", "-3 hours", "2 days ago 1 min". */
function relative(text: string, now: number): number | undefined {
  let at = now;
  let rest = text.toLowerCase();
  const phrase =
    /^\s*(?:(now|today|yesterday|tomorrow)|([-+]?\s*\d+|next|last|a|an)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?)(?=\s|$|[-+])/u;
  while (rest.trim() !== "") {
    const match = phrase.exec(rest);
    if (!match) return undefined;
    const [whole, word, count = "", unit = "", ago] = match;
    rest = rest.slice(whole.length);
    if (word === undefined) at = moved(at, unit, amount(count) * (ago === undefined ? 1 : -1));
    else at += (words[word] ?? 0) * 86_400_000;
  }
  return at;
}

function amount(count: string): number {
  if (count === "last") return -1;
  return { next: 1, a: 1, an: 1 }[count] ?? Number(count.replaceAll(" ", ""));
}

function moved(at: number, unit: string, count: number): number {
  const ms = unitMs[unit];
  if (ms !== undefined) return at + count * ms;
  const date = new Date(at);
  if (unit === "month") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}

function startOfDay(at: number): number {
  return at - (at % 86_400_000);
}

const fields: Readonly<Record<string, string>> = {
  Y: "(?<Y>\\d{4})",
  m: "(?<m>\\d{1,2})",
  d: "(?<d>\\d{1,2})",
  H: "(?<H>\\d{1,2})",
  M: "(?<M>\\d{1,2})",
  S: "(?<S>\\d{1,2})",
  y: "(?<y>\\d{2})",
  b: "(?<b>[A-Za-z]{3,})",
  s: "(?<s>\\d+)",
  T: "(?<H>\\d{1,2}):(?<M>\\d{2}):(?<S>\\d{2})",
  F: "(?<Y>\\d{4})-(?<m>\\d{1,2})-(?<d>\\d{1,2})",
};

/** As strptime(3) reads it. */
function parseByFormat(text: string, format: string, now: number): number | undefined {
  const letters = format.match(/%[a-zA-Z]/gu) ?? [];
  const unknown = letters.filter((letter) => !Object.hasOwn(fields, letter.slice(1)));
  if (unknown.length > 1 || new Set(letters).size < letters.length) return undefined;
  const source = format.replace(/%([a-zA-Z])|[\\^$.*+?()[\]{}|]/gu, (whole, letter: string | undefined) =>
    letter === undefined ? `\\${whole}` : (fields[letter] ?? ".*?"),
  );
  const found = new RegExp(`^${source}$`, "u").exec(text)?.groups;
  if (!found) return undefined;
  if (found["s"] !== undefined) return Number(found["s"]) * 1000;
  const today = new Date(now);
  const part = (letter: string, fallback: number) => (found[letter] === undefined ? fallback : Number(found[letter]));
  const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
  const named = found["b"] === undefined ? -1 : months.indexOf(found["b"].slice(0, 3).toLowerCase());
  const year = found["y"] === undefined ? part("Y", today.getUTCFullYear()) : 2000 + Number(found["y"]);
  const month = named === -1 ? part("m", today.getUTCMonth() + 1) - 1 : named;
  return Date.UTC(year, month, part("d", today.getUTCDate()), part("H", 0), part("M", 0), part("S", 0));
}
