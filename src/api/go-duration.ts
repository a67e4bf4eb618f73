const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of `1h30m`, `250ms`, `0`; undefined for what is none. https://pkg.go.dev/time#ParseDuration */
export function goDurationMs(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u.test(text)) return undefined;
  let ms = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu)) {
    ms += Number(amount) * (unitMs[unit] ?? 0);
  }
  return text.startsWith("-") ? -ms : ms;
}

/** What Go says of a text that is no duration. */
export function goDurationProblem(text: string): string {
  const quoted = JSON.stringify(text);
  if (/^[-+]?\d+(?:\.\d*)?$/u.test(text)) return `time: missing unit in duration ${quoted}`;
  const [, unit] = /^[-+]?\d+(?:\.\d*)?([^\d.]+)/u.exec(text) ?? [];
  if (unit === undefined || unit in unitMs) return `time: invalid duration ${quoted}`;
  return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
}

/** `1h2m3.5s`, as Go prints a Duration. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (Math.abs(ms) < 1) return ms * 1000 >= 1 ? `${trimmed(ms * 1000)}µs` : `${Math.round(ms * 1e6)}ns`;
  if (Math.abs(ms) < 1000) return `${trimmed(ms)}ms`;
  const seconds = ms / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = trimmed(seconds % 60);
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(9)));
}
