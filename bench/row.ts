/** One measured figure. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be on a machine of two cores: `<= 50`. */
  readonly goal?: string;
  /** What this process worked for it: says more than time does when others use the machine too. */
  readonly cpuMs?: number;
}

export function formatRow({ name, value, unit, goal, cpuMs }: Row): string {
  const remarks = [goal && `goal ${goal}`, cpuMs !== undefined && `${figure(cpuMs)} ms of CPU`].filter(Boolean);
  return `${name.padEnd(58)}${`${figure(value)} ${unit}`.padStart(16)}   ${remarks.join(", ")}`.trimEnd();
}

function figure(value: number): string {
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}
