import { Failure } from "../../failure.ts";
import { type Decimal, decimal, withScale } from "./decimal.ts";

/** The functions of `bc -l`, in double precision: more than 15 digits are not to be had. */
export const functions: Readonly<Record<string, (value: Decimal, scale: number) => Decimal>> = {
  s: viaNumber(Math.sin),
  c: viaNumber(Math.cos),
  a: viaNumber(Math.atan),
  l: viaNumber(Math.log),
  e: viaNumber(Math.exp),
};

function viaNumber(compute: (value: number) => number): (value: Decimal, scale: number) => Decimal {
  return (value, scale) => {
    const result = compute(Number(value.digits) / 10 ** value.scale);
    if (!Number.isFinite(result)) throw new Failure("result out of range");
    return withScale(decimal(result.toFixed(Math.min(100, Math.max(scale, 20)))), scale);
  };
}
