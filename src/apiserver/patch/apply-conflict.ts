import type { ManagedFields } from "../../api/object.ts";
import { type ApiError, applyConflict } from "../../api/status.ts";
import { type FieldSet, pathsOf } from "./fields-v1.ts";
import { printedPath } from "./path-element.ts";

/** What one manager owns of what another would change. */
export interface Conflict {
  readonly owner: ManagedFields;
  readonly fields: FieldSet;
}

/** 409 that names every field and who owns it. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const owned = conflicts.map(({ owner, fields }) => ({
    owner: printedOwner(owner),
    paths: pathsOf(fields).map(printedPath),
  }));
  const causes = owned.flatMap(({ owner, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${owner}`, field })),
  );
  if (causes.length === 1) {
    return applyConflict(
      `Apply failed with 1 conflict: ${causes[0]?.message ?? ""}: ${causes[0]?.field ?? ""}`,
      causes,
    );
  }
  const lines = owned.map(({ owner, paths }) =>
    [`conflicts with ${owner}:`].concat(paths.map((path) => `- ${path}`)).join("\n"),
  );
  return applyConflict(`Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`, causes);
}

function printedOwner({ manager, operation, apiVersion, subresource }: ManagedFields): string {
  const name = JSON.stringify(manager ?? "");
  const place = subresource ? `${name} with subresource ${JSON.stringify(subresource)}` : name;
  return operation === "Update" ? `${place} using ${apiVersion ?? ""}` : place;
}
