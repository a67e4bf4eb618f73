import type { Ingress } from "../api/types.gen.ts";
import type { HttpRequest } from "../network/http.ts";
import type { Random } from "../sim/random.ts";
import { annotationOf } from "./annotations.ts";

const wholeWeight = 100;

/** An Ingress that only takes a share of what another of the same host and path gets. */
export function isCanary(ingress: Ingress): boolean {
  return annotationOf(ingress, "canary") === "true";
}

/**
 * Whether a request goes to the canary: a header decides before a cookie, and that before the weight.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function goesToCanary(ingress: Ingress, { headers }: HttpRequest, random: Random): boolean {
  const header = annotationOf(ingress, "canary-by-header");
  const cookie = annotationOf(ingress, "canary-by-cookie");
  const decided =
    (header === undefined ? undefined : byHeader(ingress, headers[header.toLowerCase()])) ??
    (cookie === undefined ? undefined : alwaysOrNever(cookieIn(headers["cookie"] ?? "", cookie)));
  if (decided !== undefined) return decided;
  const weight = Number(annotationOf(ingress, "canary-weight") ?? 0);
  const total = Number(annotationOf(ingress, "canary-weight-total") ?? wholeWeight);
  return weight > 0 && random.next() * total < weight;
}

/** undefined: the header does not decide. With a value or pattern of its own, `always` and `never` are words like any. */
function byHeader(ingress: Ingress, given: string | undefined): boolean | undefined {
  const value = annotationOf(ingress, "canary-by-header-value");
  const pattern = annotationOf(ingress, "canary-by-header-pattern");
  if (given === undefined) return undefined;
  if (value !== undefined) return given === value || undefined;
  if (pattern !== undefined) return matches(pattern, given) || undefined;
  return alwaysOrNever(given);
}

function alwaysOrNever(word: string | undefined): boolean | undefined {
  if (word === "always") return true;
  return word === "never" ? false : undefined;
}

/** A pattern that is none matches nothing. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function cookieIn(header: string, name: string): string | undefined {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
