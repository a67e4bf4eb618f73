import type { HttpResponse } from "../../../network/http.ts";
import type { WgetDestination } from "./destination.ts";

const barLength = 32;
const nameLength = 20;

/** The bar that wget draws; what arrives at once is drawn once. */
export function meter(
  { headers }: HttpResponse,
  { name, size }: WgetDestination,
): { add(bytes: number): void; end(): string } {
  const total = Number(headers["content-length"] ?? NaN);
  let received = 0;
  return {
    add(bytes) {
      received += bytes;
    },
    end() {
      const file = (name.split("/").at(-1) ?? "").slice(0, nameLength).padEnd(nameLength);
      const bar = Number.isNaN(total) ? "" : ` 100% |${"*".repeat(barLength)}|`;
      return `\r${file}${bar}${amount(size + received).padStart(6)}  0:00:00 ETA\n`;
    },
  };
}

/** At most four digits and a unit. */
function amount(bytes: number): string {
  if (bytes < 10_000) return String(bytes);
  const units = "kMGT";
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 100 ? value.toFixed(1) : Math.round(value)}${units.charAt(unit)}`;
}
