interface Field {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minute, hour, day of month, month, day of week. */
const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
];

const descriptors = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);

/** What is wrong with a schedule, worded as upstream's parser words it. https://en.wikipedia.org/wiki/Cron */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule === "") return "empty spec string";
  const zoned = /^(?:TZ|CRON_TZ)=\S*\s*(.*)$/su.exec(schedule);
  const text = zoned ? (zoned[1] ?? "") : schedule;
  if (text.startsWith("@")) return descriptorProblem(text);
  const parts = text.split(/\s+/u).filter((part) => part !== "");
  if (parts.length !== fields.length) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(" ")}]`;
  }
  for (const [index, part] of parts.entries()) {
    const field = fields[index];
    const problem = field && fieldProblem(part, field);
    if (problem) return problem;
  }
  return undefined;
}

function descriptorProblem(text: string): string | undefined {
  if (descriptors.has(text)) return undefined;
  if (!text.startsWith("@every ")) return `unrecognized descriptor: ${text}`;
  const duration = text.slice("@every ".length);
  if (/^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$|^[+-]?0$/u.test(duration)) return undefined;
  return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`;
}

function fieldProblem(text: string, field: Field): string | undefined {
  for (const range of text.split(",").filter((part) => part !== "")) {
    const problem = rangeProblem(range, field);
    if (problem) return problem;
  }
  return undefined;
}

/** A number, a name, `*`, `1-5` or any of them with a step: `0-30/10`. */
function rangeProblem(text: string, { least, most, names = [] }: Field): string | undefined {
  const [range = "", ...steps] = text.split("/");
  const bounds = range.split("-");
  const isAny = bounds[0] === "*" || bounds[0] === "?";
  if (!isAny && bounds.length > 2) return `too many hyphens: ${text}`;
  const numbers = isAny ? [least, most] : bounds.map((bound) => numberOf(bound, names, least));
  const wrong = numbers.find((number) => typeof number === "string");
  if (typeof wrong === "string") return `failed to parse int from ${bounds[numbers.indexOf(wrong)] ?? ""}: ${wrong}`;
  if (steps.length > 1) return `too many slashes: ${text}`;
  const step = steps.length === 1 ? numberOf(steps[0] ?? "", [], 0) : 1;
  if (typeof step === "string") return `failed to parse int from ${steps[0] ?? ""}: ${step}`;
  const [start = least, last = steps.length === 1 ? most : start] = numbers as number[];
  return boundsProblem({ start, end: last, step }, { least, most }, text);
}

function boundsProblem(
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
  { least, most }: Field,
  text: string,
): string | undefined {
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${text}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return step === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** The number, or what is wrong with it. */
function numberOf(text: string, names: readonly string[], least: number): number | string {
  const at = names.indexOf(text.toLowerCase());
  if (at !== -1) return at + least;
  return /^\+?\d+$/u.test(text) ? Number(text) : `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
