import { compareQuantities, quantityValue } from "../../api/quantity.ts";
import type { LimitRangeItem } from "../../api/types.gen.ts";
import type { Amounts } from "../../resources/quota/amounts.ts";

/** What is asked for, to be held against a LimitRange. */
export interface Bounded {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Everything out of bounds, as upstream words it. */
export function boundErrors(item: LimitRangeItem, { requests, limits }: Bounded): string[] {
  return [
    ...each(item.min, (name, least) =>
      minimumError(`minimum ${name} usage per ${item.type} is ${least}`, least, [requests[name], limits[name]]),
    ),
    ...each(item.max, (name, most) =>
      maximumError(`maximum ${name} usage per ${item.type} is ${most}`, most, [requests[name], limits[name]]),
    ),
    ...each(item.maxLimitRequestRatio, (name, ratio) => {
      const head = `${name} max limit to request ratio per ${item.type} is ${ratio}`;
      return ratioError(head, ratio, [requests[name], limits[name]]);
    }),
  ];
}

/** The same for what has requests only. */
export function requestBoundErrors(item: LimitRangeItem, requests: Amounts): string[] {
  return [
    ...each(item.min, (name, least) =>
      minimumError(`minimum ${name} usage per ${item.type} is ${least}`, least, [requests[name], undefined]),
    ),
    ...each(item.max, (name, most) => {
      const head = `maximum ${name} usage per ${item.type} is ${most}`;
      const request = requests[name];
      if (request === undefined) return `${head}.  No request is specified`;
      return compareQuantities(request, most) > 0 ? `${head}, but request is ${request}` : undefined;
    }),
  ];
}

type RequestAndLimit = readonly [request: string | undefined, limit: string | undefined];

function each(bounds: Amounts | undefined, errorOf: (name: string, bound: string) => string | undefined): string[] {
  const sorted = Object.entries(bounds ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([name, bound]) => errorOf(name, bound) ?? []);
}

function minimumError(head: string, least: string, [request, limit]: RequestAndLimit): string | undefined {
  if (request === undefined) return `${head}.  No request is specified`;
  if (compareQuantities(request, least) < 0) return `${head}, but request is ${request}`;
  return limit !== undefined && compareQuantities(limit, least) < 0 ? `${head}, but limit is ${limit}` : undefined;
}

function maximumError(head: string, most: string, [request, limit]: RequestAndLimit): string | undefined {
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (compareQuantities(limit, most) > 0) return `${head}, but limit is ${limit}`;
  return request !== undefined && compareQuantities(request, most) > 0
    ? `${head}, but request is ${request}`
    : undefined;
}

function ratioError(head: string, most: string, [request, limit]: RequestAndLimit): string | undefined {
  const [asked, allowed] = [quantityValue(request ?? "0"), quantityValue(limit ?? "0")];
  if (asked === 0) return `${head}, but no request is specified or request is 0`;
  if (allowed === 0) return `${head}, but no limit is specified or limit is 0`;
  const ratio = allowed / asked;
  return ratio > quantityValue(most) ? `${head}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
