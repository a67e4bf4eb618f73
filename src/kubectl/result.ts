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

export interface Result {
  readonly resource: Pick<Resource, "kind" | "group">;
  readonly object: KubeObject;
  /** `created`, `scaled`, … */
  readonly did: string;
  /** Keys stay as they are: what kubectl holds as a Go struct. */
  readonly typed?: boolean;
}

/** `deployment.apps/web scaled`, or the object in the format of `-o`. */
export async function tellResult({ resource, object, did, typed = false }: Result, { flags, io }: Call): Promise<void> {
  const output = flags.value("output") ?? (flags.has("template") ? "go-template" : undefined);
  if (output !== undefined && output !== "") {
    const options = { resource, typed, flags, template: flags.value("template") };
    await io.out(printObject(object, output, options));
    return;
  }
  const dryRun = { none: "", client: " (dry run)", server: " (server dry run)" }[dryRunOf(flags)];
  await io.out(`${nameOf(resource, object.metadata.name)} ${did}${dryRun}\n`);
}
