/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be on a machine of two cores: `<= 50`. */
  readonly goal?: string;
}

export function formatRow({ name, value, unit, goal = "" }: Row): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${name.padEnd(52)}${`${value.toFixed(digits)} ${unit}`.padStart(16)}   ${goal}`.trimEnd();
}
