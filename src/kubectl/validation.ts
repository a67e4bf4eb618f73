import type { Flags } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";

const validations: Readonly<Record<string, string>> = {
  true: "Strict",
  strict: "Strict",
  warn: "Warn",
  false: "Ignore",
  ignore: "Ignore",
};

/** How the server is to check fields, by `--validate`. Throws KubectlError. */
export function validationOf(flags: Flags): string {
  const word = flags.value("validate") ?? "strict";
  const found = validations[word.toLowerCase()];
  if (found !== undefined) return found;
  throw new KubectlError(
    `invalid - validate option ${JSON.stringify(word)}; must be one of: strict (or true), warn, ignore (or false)`,
  );
}
