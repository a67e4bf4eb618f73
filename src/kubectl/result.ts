import type { KubeObject } from "../api/object.ts";
import type { Resource } from "./discovery.ts";
import { booleans, type Flag, type Flags, optionals, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { nameOf } from "./manifest.ts";
import { printObject } from "./printers/print-object.ts";
import type { Call } from "./verb.ts";

/** How a command that changes things tells of it. */
export const resultFlags: readonly Flag[] = [
  ...values("output/o", "template", "field-manager"),
  ...booleans("show-managed-fields", "allow-missing-template-keys"),
  ...optionals("dry-run=unchanged"),
];

export type DryRun = "none" | "client" | "server";

/** Throws KubectlError for what is no way to run dry. */
export function dryRunOf(flags: Flags): DryRun {
  const value = flags.value("dry-run") ?? "none";
  if (value === "unchanged") return "client";
  if (value === "none" || value === "client" || value === "server") return value;
  throw new KubectlError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** The query of a request that changes something. */
export function writeQuery(flags: Flags, manager: string): Record<string, string> {
  return {
    fieldManager: flags.value("field-manager") || manager,
    ...(dryRunOf(flags) === "server" ? { dryRun: "All" } : {}),
  };
}

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

export interface Result {
  readonly resource: Pick<Resource, "kind" | "group">;
  readonly object: KubeObject;
  /** `created`, `scaled`, … */
  readonly did: string;
  /** Keys stay as they are: what kubectl holds as a Go struct. */
  readonly typed?: boolean;
}

/** `deployment.apps/web scaled`, or the object in the format of `-o`. */
export async function tellResult({ resource, object, did, typed = false }: Result, call: Call): Promise<void> {
  const { flags, io, printed } = call;
  const output = flags.value("output") ?? (flags.has("template") ? "go-template" : undefined);
  if (output !== undefined && output !== "") {
    const options = { resource, typed, flags, template: flags.value("template") };
    const text = printObject(object, output, options);
    await io.out(output === "yaml" && printed.documents++ > 0 ? `---\n${text}` : text);
    return;
  }
  const dryRun = { none: "", client: " (dry run)", server: " (server dry run)" }[dryRunOf(flags)];
  await io.out(`${nameOf(resource, object.metadata.name)} ${did}${dryRun}\n`);
}
