import type { KubeObject } from "../../api/object.ts";
import type { Resource } from "../discovery.ts";
import type { Flags } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { nameOf } from "../manifest.ts";
import { goJson, sortedJson } from "./go-json.ts";
import { executeGoTemplate } from "./go-template.ts";
import { evaluateTemplate, follow, parseTemplate, pathsIn } from "./json-path.ts";
import { goYaml } from "./yaml.ts";

const formats = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile";

export interface PrintOptions {
  readonly resource?: Pick<Resource, "kind" | "group">;
  /** Keep the keys' order in JSON. */
  readonly typed?: boolean;
  readonly flags?: Pick<Flags, "has" | "isTrue">;
  /** For `get`, which knows more formats. */
  readonly isList?: boolean;
  /** Of `--template`. */
  readonly template?: string | undefined;
}

/** An object or a list for `-o yaml|json|name|jsonpath=…`. https://kubernetes.io/docs/reference/kubectl/#output-options */
export function printObject(object: object, output: string, options: PrintOptions = {}): string {
  const equals = output.indexOf("=");
  const format = equals < 0 ? output : output.slice(0, equals);
  const argument = equals < 0 ? (options.template ?? "") : output.slice(equals + 1);
  const shown = (): object => (options.flags?.isTrue("show-managed-fields") ? object : withoutManagedFields(object));
  switch (format) {
    case "json":
      return `${options.typed ? goJson(shown(), "    ") : sortedJson(shown(), "    ")}\n`;
    case "yaml":
      return goYaml(shown());
    case "name":
      return names(object, options.resource);
    case "jsonpath":
      return evaluateTemplate(parseTemplate(given(argument)), object, isStrict(options));
    case "jsonpath-as-json": {
      const found = pathsIn(parseTemplate(given(argument))).flatMap((steps) => follow(steps, object));
      return `${sortedJson(found, "    ")}\n`;
    }
    case "go-template":
    case "template":
      return executeGoTemplate(given(argument), object, isStrict(options));
    default:
      throw noPrinter(output, options);
  }
}

function isStrict({ flags }: PrintOptions): boolean {
  return flags?.has("allow-missing-template-keys") === true && !flags.isTrue("allow-missing-template-keys");
}

function noPrinter(output: string, { isList = false }: PrintOptions): KubectlError {
  const allowed = isList ? `custom-columns,custom-columns-file,${formats},wide,yaml` : `${formats},yaml`;
  return new KubectlError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed}`,
  );
}

function given(argument: string): string {
  if (argument === "") throw new KubectlError("template format specified but no template given");
  return argument;
}

/** Without what kubectl hides in whole objects; a template finds it. */
function withoutManagedFields(object: object): object {
  const { items, metadata } = object as { items?: KubeObject[]; metadata?: KubeObject["metadata"] };
  if (items) return { ...object, items: items.map((item) => withoutManagedFields(item)) };
  if (!metadata?.managedFields) return object;
  const { managedFields: _fields, ...kept } = metadata;
  return { ...object, metadata: kept };
}

function names(object: object, resource: Pick<Resource, "kind" | "group"> | undefined): string {
  const { items } = object as { items?: KubeObject[] };
  return (items ?? [object as KubeObject])
    .map(({ kind, apiVersion, metadata }) => {
      const group = apiVersion?.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
      return `${nameOf(items || !resource ? { kind, group } : resource, metadata.name)}\n`;
    })
    .join("");
}
