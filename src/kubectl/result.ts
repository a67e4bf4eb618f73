import type { KubeObject } from "../api/object.ts";
import type { Resource } from "./discovery.ts";
import { booleans, booleanWords, type Flag, type Flags, optionals, values } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import { nameOf } from "./manifest.ts";
import { printObject } from "./printers/print-object.ts";
import type { Call } from "./verb.ts";

/** How a command that changes things tells of it. */
export const formatFlags: readonly Flag[] = [
  ...values("output/o", "template"),
  ...booleans("show-managed-fields", "allow-missing-template-keys"),
];

export const managerFlags: readonly Flag[] = values("field-manager");
export const dryRunFlags: readonly Flag[] = optionals("dry-run=unchanged");

export const resultFlags: readonly Flag[] = [...formatFlags, ...managerFlags, ...dryRunFlags];

export type DryRun = "none" | "client" | "server";

/** Throws KubectlError for what is no way to run dry. */
export function dryRunOf(flags: Flags): DryRun {
  const value = flags.value("dry-run") ?? "none";
  if (value === "unchanged") return "client";
  const truth = booleanWords.get(value);
  if (truth !== undefined) return truth ? "client" : "none";
  if (value === "none" || value === "client" || value === "server") return value;
  throw new KubectlError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** What is said of a `--dry-run` as it was written before it had words. */
export function dryRunWarning(flags: Flags): string | undefined {
  const value = flags.value("dry-run") ?? "none";
  if (value === "unchanged") return "--dry-run is deprecated and can be replaced with --dry-run=client.";
  const truth = booleanWords.get(value);
  if (truth === undefined) return undefined;
  const instead = truth ? "client" : "none";
  return `--dry-run=${truth} is deprecated (boolean value) and can be replaced with --dry-run=${instead}.`;
}

/** The query of a request that changes something. */
export function writeQuery(flags: Flags, manager: string): Record<string, string> {
  return {
    fieldManager: flags.value("field-manager") || manager,
    ...dryRunQuery(flags),
  };
}

/** The same for a request in nobody's name: what it changes is `kubectl`'s. */
export function dryRunQuery(flags: Flags): Record<string, string> {
  return dryRunOf(flags) === "server" ? { dryRun: "All" } : {};
}

export interface Result {
  readonly resource: Pick<Resource, "kind" | "group">;
  readonly object: KubeObject;
  /** `created`, `scaled`, … */
  readonly did: string;
  /** Keys stay as they are: what kubectl holds as a Go struct. */
  readonly typed?: boolean;
  /** Says nothing of a dry run. */
  readonly plain?: boolean;
}

/** `deployment.apps/web scaled`, or the object in the format of `-o`. */
export async function tellResult(
  { resource, object, did, typed = false, plain = false }: Result,
  call: Call,
): Promise<void> {
  const { flags, io, printed } = call;
  const output = flags.value("output") ?? (flags.has("template") ? "go-template" : undefined);
  if (output !== undefined && output !== "") {
    const options = { resource, typed, flags, template: flags.value("template") };
    const text = printObject(object, output, options);
    await io.out(output === "yaml" && printed.documents++ > 0 ? `---\n${text}` : text);
    return;
  }
  const dryRun = { none: "", client: " (dry run)", server: " (server dry run)" }[plain ? "none" : dryRunOf(flags)];
  await io.out(`${nameOf(resource, object.metadata.name || "<unknown>")} ${did}${dryRun}\n`);
}
