import { byBytes } from "../printers/go-json.ts";
import { describeStops, tabulate } from "../printers/tabulate.ts";

type Strings = Readonly<Record<string, string>>;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const longest = 140;

/** The text of one `describe`, written line by line: a tab ends a column, a level is two spaces. */
export class Description {
  #text = "";

  line(text: string, level = 0): void {
    this.#text += `${"  ".repeat(level)}${text}\n`;
  }

  /** `Name:  value` */
  field(name: string, value: string | number | boolean, level = 0): void {
    this.line(`${name}:\t${value}`, level);
  }

  /** Only if there is something to say. */
  optional(name: string, value: string | number | undefined, level = 0): void {
    if (value !== undefined && value !== "") this.field(name, value, level);
  }

  /** What follows is aligned anew. */
  flush(): void {
    this.#text += "\f";
  }

  /** `key=value`, one a line; `skip` is left out. */
  labels(title: string, labels: Strings | undefined, skip: readonly string[] = []): void {
    const keys = Object.keys(labels ?? {})
      .filter((key) => !skip.includes(key))
      .toSorted(byBytes);
    if (keys.length === 0) return this.field(title, "<none>");
    for (const [index, key] of keys.entries()) {
      this.line(`${index === 0 ? `${title}:` : ""}\t${key}=${labels?.[key] ?? ""}`);
    }
  }

  /** `key: value`, one a line; long ones are cut and stand on lines of their own. */
  annotations(title: string, annotations: Strings | undefined): void {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => key !== lastApplied)
      .toSorted(byBytes);
    if (keys.length === 0) return this.field(title, "<none>");
    for (const [index, key] of keys.entries()) {
      const value = (annotations?.[key] ?? "").replace(/\n$/u, "");
      const head = `${index === 0 ? `${title}:` : ""}\t`;
      if (value.length + key.length + 2 <= longest && !value.includes("\n")) this.line(`${head}${key}: ${value}`);
      else {
        this.line(`${head}${key}:`);
        for (const part of value.split("\n")) this.line(`\t  ${shortened(part, longest - 2)}`);
      }
    }
  }

  /** As written, with its tabs. */
  get raw(): string {
    return this.#text;
  }

  /** In columns. */
  get aligned(): string {
    return this.#text
      .split("\f")
      .map((part) => tabulate(part, describeStops))
      .join("");
  }
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Wed, 25 Nov 2026 03:20:06 +0000` */
export function longTime(timestamp: string | null | undefined): string {
  if (!timestamp) return "Mon, 01 Jan 0001 00:00:00 +0000";
  const date = new Date(timestamp);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => two(part)).join(":");
  return `${day} ${time} +0000`;
}
