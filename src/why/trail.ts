import type { Step } from "./diagnosis.ts";

export interface Broken {
  readonly text: string;
  readonly symptom: string;
  readonly remedy?: string;
  readonly details?: readonly string[];
}

/** Collects the steps of a diagnosis. What breaks the way returns undefined, so that a search can end with it. */
export class Trail {
  readonly steps: Step[] = [];
  symptom: string | undefined;

  ok(name: string, text: string, details: readonly string[] = []): void {
    this.steps.push({ name, outcome: "ok", text, details });
  }

  warn(
    name: string,
    text: string,
    { details = [], remedy }: { details?: readonly string[]; remedy?: string } = {},
  ): void {
    this.steps.push({ name, outcome: "warning", text, details, ...(remedy === undefined ? {} : { remedy }) });
  }

  broken(name: string, { text, symptom, remedy, details = [] }: Broken): undefined {
    this.symptom = symptom;
    this.steps.push({ name, outcome: "broken", text, details, ...(remedy === undefined ? {} : { remedy }) });
    return undefined;
  }
}
