import type { KubeObject } from "../api/object.ts";
import { KubectlError } from "./kubectl-error.ts";
import { customColumns, customColumnsOfFile } from "./printers/custom-columns.ts";
import { printObject } from "./printers/print-object.ts";
import { sortByPath } from "./printers/sort-rows.ts";
import type { Call } from "./verb.ts";

/** Prints objects of `get` in a format of `-o`: one as it is, several as a List. */
export async function printList(
  found: readonly KubeObject[],
  { output, isOne }: { output: string; isOne: boolean },
  { flags, io }: Call,
): Promise<void> {
  const sortBy = flags.value("sort-by");
  const items = sortBy === undefined ? found : sortByPath(found, (object) => object, sortBy);
  const [first] = items;
  const shown: object =
    isOne && first ? first : { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
  const [, columns] = /^custom-columns(?:=(.*))?$/su.exec(output) ?? [];
  const [, file] = /^custom-columns-file(?:=(.*))?$/su.exec(output) ?? [];
  const headers = !flags.isTrue("no-headers");
  if (file !== undefined) await io.out(customColumnsOfFile(shown, io.readFile(file), headers));
  else if (columns !== undefined || output === "custom-columns") {
    await io.out(customColumns(shown, columns ?? flags.value("template") ?? "", headers));
  } else
    await io.out(
      printObject(
        shown,
        inlined(output, (path) => io.readFile(path)),
        { flags, isList: true, template: flags.value("template") },
      ),
    );
}

/** `jsonpath-file=PATH` as the `jsonpath=…` that the file holds. */
export function inlined(output: string, readFile: (path: string) => string): string {
  const [, format, path = ""] = /^(jsonpath-file|go-template-file|templatefile)(?:=(.*))?$/su.exec(output) ?? [];
  if (format === undefined) return output;
  if (path === "") throw new KubectlError("template format specified but no template given");
  return `${format === "jsonpath-file" ? "jsonpath" : "go-template"}=${readFile(path)}`;
}
