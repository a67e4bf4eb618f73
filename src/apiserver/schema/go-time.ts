export type TimeType = "Time" | "MicroTime";

interface Layout {
  readonly name: string;
  readonly fraction: RegExp;
  readonly fractionName: string;
  /** Already as it is printed. */
  readonly canonical: RegExp;
}

const layouts: Readonly<Record<TimeType, Layout>> = {
  Time: {
    name: "2006-01-02T15:04:05Z07:00",
    fraction: /^(?:\.\d+)?/u,
    fractionName: "",
    canonical: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u,
  },
  MicroTime: {
    name: "2006-01-02T15:04:05.000000Z07:00",
    fraction: /^\.\d{6}(?!\d)/u,
    fractionName: ".000000",
    canonical: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/u,
  },
};

export type ParsedTime = { readonly text: string } | { readonly problem: string };

/** A timestamp as the API server prints it: in UTC, a Time to the second and a MicroTime to the microsecond. */
export function parseTime(text: string, type: TimeType): ParsedTime {
  const problem = layoutProblem(text, type) ?? rangeProblem(text);
  if (problem !== undefined) return { problem };
  if (layouts[type].canonical.test(text)) return { text };
  const utc = new Date(text).toISOString().slice(0, 19);
  const [, micros = ""] = /\.(\d+)/u.exec(text) ?? [];
  return { text: type === "Time" ? `${utc}Z` : `${utc}.${micros}Z` };
}

function layoutProblem(text: string, type: TimeType): string | undefined {
  const { name, fraction, fractionName } = layouts[type];
  const elements: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/u, "2006"],
    [/^-/u, "-"],
    [/^\d\d/u, "01"],
    [/^-/u, "-"],
    [/^\d\d/u, "02"],
    [/^T/u, "T"],
    [/^\d\d?/u, "15"],
    [/^:/u, ":"],
    [/^\d\d/u, "04"],
    [/^:/u, ":"],
    [/^\d\d/u, "05"],
    [fraction, fractionName],
    [/^(?:Z|[+-]\d\d:\d\d)/u, "Z07:00"],
  ];
  const parsing = `parsing time ${JSON.stringify(text)}`;
  let rest = text;
  for (const [pattern, element] of elements) {
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined) return `${parsing} as "${name}": cannot parse ${JSON.stringify(rest)} as "${element}"`;
    rest = rest.slice(found.length);
  }
  return rest === "" ? undefined : `${parsing}: extra text: ${JSON.stringify(rest)}`;
}

function rangeProblem(text: string): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/\d+/gu) ?? []).map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const bounds = [
    ["month", month >= 1 && month <= 12],
    ["day", day >= 1 && day <= days],
    ["hour", hour < 24],
    ["minute", minute < 60],
    ["second", second < 60],
  ] as const;
  const outside = bounds.find(([, inside]) => !inside);
  return outside && `parsing time ${JSON.stringify(text)}: ${outside[0]} out of range`;
}
