import { dump } from "js-yaml";

import type { KubeObject } from "../../api/object.ts";
import type { Resource } from "../discovery.ts";
import { KubectlError } from "../flags.ts";
import { nameOf, sortedJson } from "../manifest.ts";
import { evaluateTemplate, parseTemplate } from "./json-path.ts";

const formats = "custom-columns, custom-columns-file, go-template, go-template-file, json, jsonpath, jsonpath-as-json, jsonpath-file, name, template, templatefile, wide, yaml";

/** An object or a list for `-o yaml|json|name|jsonpath=…`. https://kubernetes.io/docs/reference/kubectl/#output-options */
export function printObject(object: object, output: string, resource?: Resource): string {
  const equals = output.indexOf("=");
  const format = equals < 0 ? output : output.slice(0, equals);
  const argument = equals < 0 ? "" : output.slice(equals + 1);
  switch (format) {
    case "json":
      return `${JSON.stringify(ordered(object), null, 4)}\n`;
    case "yaml":
      return dump(ordered(object), { lineWidth: -1, noRefs: true, quotingType: '"' });
    case "name":
      return names(object, resource);
    case "jsonpath":
      if (argument === "") throw new KubectlError("template format specified but no template given");
      return evaluateTemplate(parseTemplate(unquoted(argument)), object);
    default:
      throw new KubectlError(`unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats}`);
  }
}

/** Without what kubectl hides: managedFields. Keys in order, as kubectl prints them. */
function ordered(object: object): unknown {
  return JSON.parse(sortedJson(withoutManagedFields(object)));
}

function withoutManagedFields(object: object): object {
  const { items, metadata } = object as { items?: KubeObject[]; metadata?: KubeObject["metadata"] };
  if (items) return { ...object, items: items.map((item) => withoutManagedFields(item)) };
  if (!metadata) return object;
  const { managedFields: _fields, ...kept } = metadata;
  return { ...object, metadata: kept };
}

function names(object: object, resource: Resource | undefined): string {
  const { items } = object as { items?: KubeObject[] };
  return (items ?? [object as KubeObject])
    .map(({ kind, apiVersion, metadata }) => {
      const group = apiVersion?.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
      return `${nameOf(resource ?? { kind, group }, metadata.name)}\n`;
    })
    .join("");
}

function unquoted(text: string): string {
  return /^'.*'$|^".*"$/su.test(text) ? text.slice(1, -1) : text;
}
