/** A number, or a percentage of `total`. */
export function scaledValue(value: number | string, total: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const share = (total * Number.parseInt(value, 10)) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}
