import { Environment } from "@marcbachmann/cel-js";

import { registerAddresses } from "./addresses.ts";
import { registerFormat } from "./format.ts";
import { registerLists } from "./lists.ts";
import { registerQuantities } from "./quantities.ts";
import { registerSets } from "./sets.ts";
import { registerStrings } from "./strings.ts";
import { registerUrls } from "./urls.ts";

/** The libraries beyond CEL's own, in no particular order. */
const libraries = [
  registerAddresses,
  registerFormat,
  registerLists,
  registerQuantities,
  registerSets,
  registerStrings,
  registerUrls,
];

/**
 * The Common Expression Language as Kubernetes speaks it; `variables` are of any type.
 * https://kubernetes.io/docs/reference/using-api/cel/
 */
export function createEnvironment(variables: readonly string[]): Environment {
  const environment = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
  });
  for (const variable of variables) environment.registerVariable(variable, "dyn");
  for (const register of libraries) register(environment);
  return environment;
}
