import type { Diagnosis, Step } from "./diagnosis.ts";

const marks = { ok: "✓", warning: "!", broken: "✗" } as const;
const nameWidth = 13;

/** A diagnosis as it is read: a line a step, the broken one with what would mend it. */
export function diagnosisText({ from, url, symptom, works, steps }: Diagnosis): string {
  const headline = works ? `${from} reaches ${url}` : `${from} does not reach ${url}: ${symptom}`;
  return [headline, "", ...steps.flatMap(stepLines), ""].join("\n");
}

function stepLines({ name, outcome, text, details, remedy }: Step): string[] {
  const indent = " ".repeat(nameWidth + 4);
  return [
    `  ${marks[outcome]} ${name.padEnd(nameWidth)}${text}`,
    ...details.map((detail) => `${indent}· ${detail}`),
    ...(remedy === undefined ? [] : [`${indent}→ ${remedy}`]),
  ];
}
