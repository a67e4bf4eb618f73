const heading =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n";

const nothing = "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";

/** The meter that curl shows when its output goes anywhere but to a terminal. */
export const meterStart = heading + nothing;

/** The same when it is tried again. */
export const meterAgain: string = nothing;

/** The meter of a transfer that brought nothing. */
export function meterFailed(elapsedMs: number): string {
  return `${elapsedMs >= 1000 ? nothing.replace("--:--:-- --:--:-- --:--:--", `--:--:-- ${clock(elapsedMs)} --:--:--`) : nothing}\n`;
}

export function meterEnd(bytes: number, elapsedMs: number): string {
  const speed = Math.round((bytes * 1000) / Math.max(1, elapsedMs));
  const count = amount(bytes);
  const rate = amount(speed).padStart(6);
  const spent = elapsedMs >= 1000 ? clock(elapsedMs) : "--:--:--";
  return `\r100 ${count.padStart(5)}  100 ${count.padStart(5)}    0     0 ${rate}      0 --:--:-- ${spent} --:--:-- ${amount(speed).padStart(5)}\n`;
}

/** At most five characters: `99999`, `97.6k`, `12.3M`. */
function amount(value: number): string {
  if (value < 100_000) return String(value);
  if (value < 10_000 * 1024) return `${Math.floor(value / 1024)}k`;
  return `${(value / 1024 / 1024).toFixed(1)}M`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`.padStart(8);
}

/** What `-#` shows when all is there. */
export const fullBar = `\r${"#".repeat(72)} 100.0%\n`;
