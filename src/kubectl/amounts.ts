import { quantityError } from "../api/quantity.ts";
import { KubectlError } from "./kubectl-error.ts";

/** Reads `cpu=200m,memory=512Mi`. Throws KubectlError. */
export function amountsFrom(text: string): Record<string, string> {
  const amounts: Record<string, string> = {};
  for (const pair of text.split(",").filter((one) => one !== "")) {
    const [name = "", amount, ...more] = pair.split("=");
    if (amount === undefined || more.length > 0) {
      throw new KubectlError(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
    }
    const problem = quantityError(amount);
    if (problem !== undefined) throw new KubectlError(problem);
    amounts[name] = amount;
  }
  return amounts;
}
