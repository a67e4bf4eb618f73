import { compareQuantities, parseQuantity, quantityError } from "../../api/quantity.ts";
import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { ResourceRequirements } from "../../api/types.gen.ts";
import { check, qualifiedName } from "../names.ts";
import { standardResources } from "../quota/standard-resources.ts";

type Amounts = Readonly<Record<string, string>>;

/** https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function resourceErrors(field: string, { limits = {}, requests = {} }: ResourceRequirements): FieldError[] {
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const lacksCompute = names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory");
  return [
    ...amountErrors(`${field}.limits`, limits),
    ...Object.entries(requests).flatMap(([name, amount]) =>
      amountErrors(`${field}.requests`, { [name]: amount }).concat(limitErrors(field, name, amount, limits[name])),
    ),
    ...(lacksCompute ? [notAllowed(field, "HugePages require cpu or memory")] : []),
  ];
}

/** Named amounts of what a container can use. */
export function amountErrors(field: string, amounts: Amounts): FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const path = `${field}[${name}]`;
    return resourceNameErrors(path, name).concat(quantityErrors(path, name, amount));
  });
}

const forContainers = new Set(["cpu", "memory", "ephemeral-storage"]);
function resourceNameErrors(field: string, name: string): FieldError[] {
  const syntax = check(field, name, qualifiedName);
  if (syntax.length > 0) return syntax;
  if (!name.includes("/")) {
    if (forContainers.has(name) || isHugePages(name)) return [];
    return [
      ...(name === "storage" || standardResources.has(name)
        ? []
        : [invalid(field, name, "must be a standard resource type or fully qualified")]),
      invalid(field, name, "must be a standard resource for containers"),
    ];
  }
  if (isNative(name) || isExtended(name)) return [];
  return [invalid(field, name, "doesn't follow extended resource name standard")];
}

function quantityErrors(field: string, name: string, amount: string): FieldError[] {
  if (quantityError(amount)) return [];
  const { nanos } = parseQuantity(amount);
  const isWhole = nanos % 1_000_000_000n === 0n;
  const size = isHugePages(name) ? pageSize(name) : undefined;
  const why = `${amount} is not positive integer multiple of ${name}`;
  return [
    ...(nanos < 0n ? [invalid(field, amount, "must be greater than or equal to 0")] : []),
    ...(isExtended(name) && !isWhole ? [invalid(field, amount, "must be an integer")] : []),
    ...(size !== undefined && (nanos <= 0n || nanos % size !== 0n) ? [invalid(field, amount, why)] : []),
  ];
}

/** In billionths of a byte; undefined when the name tells no size. */
function pageSize(name: string): bigint | undefined {
  const text = name.slice("hugepages-".length);
  const nanos = quantityError(text) ? 0n : parseQuantity(text).nanos;
  return nanos > 0n ? nanos : undefined;
}

/** What cannot be shared is asked for exactly as it is limited. */
function limitErrors(field: string, name: string, amount: string, limit: string | undefined): FieldError[] {
  const shared = isNative(name) && !isHugePages(name);
  if (limit === undefined) {
    return shared ? [] : [required(`${field}.limits`, "Limit must be set for non overcommitable resources")];
  }
  if (quantityError(amount) || quantityError(limit)) return [];
  const order = compareQuantities(amount, limit);
  const path = `${field}.requests`;
  if (order !== 0 && !shared) return [invalid(path, amount, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalid(path, amount, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

function isHugePages(name: string): boolean {
  return name.startsWith("hugepages-");
}

function isNative(name: string): boolean {
  return !name.includes("/") || name.includes("kubernetes.io/");
}

/** What a vendor's devices offer: `example.com/gpu`. */
function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith("requests.") && qualifiedName(`requests.${name}`).length === 0;
}
