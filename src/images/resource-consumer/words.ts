/** What the resource consumer and its controller say to each other and to those who ask wrongly. */
export const words = {
  badRequest: "Bad request. Not a POST request",
  unknownFunction: "unknown function",
  notGiven: "not given function argument",
  incorrect: "incorrect function argument",
} as const;

/** A whole number as Go's Atoi reads it; undefined: it is none. */
export function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d+$/u.test(text) ? Number(text) : undefined;
}
