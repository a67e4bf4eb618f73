const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1h30m`, `5m`, `250ms` in ms. Throws on anything else. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gu)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new Error(`not a duration: ${JSON.stringify(text)}; write it like 250ms, 30s, 5m or 1h30m`);
  }
  return parts.reduce((sum, [, number = "0", unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
}
