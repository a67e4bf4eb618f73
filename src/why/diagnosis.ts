/** One station on a request's way. */
export interface Step {
  /** `name`, `service`, `port`, `endpoints`, `policy`, `node`, `listener`. */
  readonly name: string;
  /** "warning": the request may still get through. "broken": here it ends. */
  readonly outcome: "ok" | "warning" | "broken";
  readonly text: string;
  readonly details: readonly string[];
  /** What would mend it. */
  readonly remedy?: string;
}

/** Why a request fails, or that it does not: every station up to the first that is broken. */
export interface Diagnosis {
  /** `namespace/name` of the pod, or `this machine`. */
  readonly from: string;
  readonly url: string;
  readonly works: boolean;
  /** What the client sees, as curl says it. */
  readonly symptom: string;
  readonly steps: readonly Step[];
}

export const symptoms = {
  works: "it is answered",
  name: "curl: (6) Could not resolve host",
  refused: "curl: (7) Connection refused",
  timeout: "curl: (28) Connection timed out",
  unreachable: "curl: (7) No route to host",
} as const;
