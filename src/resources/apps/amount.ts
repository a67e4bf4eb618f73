/** The number before the percent sign, or the number itself: enough to tell whether it is none. */
export function amountOf(value: number | string | undefined): number {
  return typeof value === "string" ? Number.parseInt(value, 10) || 0 : (value ?? 0);
}
