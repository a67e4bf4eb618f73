import { parseQuantity } from "../../api/quantity.ts";
import type { Container, ResourceFieldSelector } from "../../api/types.gen.ts";

/** What `limits.cpu` of a container comes to, in units of the divisor, rounded up. */
export function resourceFieldText(
  { resource, divisor = "1" }: ResourceFieldSelector,
  { resources }: Container,
): string {
  const [part = "", name = ""] = resource.split(/\.(.*)/su);
  const amounts = part === "limits" ? resources?.limits : resources?.requests;
  const amount = parseQuantity(amounts?.[name] ?? "0").nanos;
  const unit = parseQuantity(divisor === "0" ? "1" : divisor).nanos;
  const value = String((amount + unit - 1n) / unit);
  return value === "0" && part === "limits" ? "node allocatable" : value;
}
