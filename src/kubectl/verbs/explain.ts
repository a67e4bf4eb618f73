import { type Resource, versionOf } from "../discovery.ts";
import {
  descriptionsOf,
  fieldList,
  fieldsOf,
  type Schema,
  schemaAt,
  type Schemas,
  typeText,
  wrapped,
} from "../explain-fields.ts";
import { booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_explain/ */
export const explain: Verb = {
  names: ["explain"],
  summary: "Get documentation for a resource",
  usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
  flags: [...booleans("recursive"), ...values("api-version", "output/o")],

  async run(call) {
    const { flags, io } = call;
    const [word, ...more] = flags.args;
    if (word === undefined) {
      throw new KubectlError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    if (more.length > 0) throw new KubectlError("We accept only this format: explain RESOURCE");
    const output = flags.value("output") ?? "plaintext";
    if (output !== "plaintext" && output !== "plaintext-openapiv2")
      throw new KubectlError(`unrecognized format: ${output}`);
    const { resource, path } = await resourceAndPath(word, call);
    const { schemas, schema } = await schemaFor(resource, call);
    const group = resource.group === "" ? "" : `GROUP:      ${resource.group}\n`;
    await io.out(`${group}KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n`);
    const at = schemaAt(path, schema, schemas);
    await io.out(`${fieldHead(at, path, schemas)}${body(at, schemas, flags.isTrue("recursive"))}`);
  },
};

/** `deploy.spec.replicas`; the resource may carry its group: `deployments.apps.spec`. */
async function resourceAndPath(word: string, call: Call): Promise<{ resource: Resource; path: readonly string[] }> {
  const { discovery, flags } = call;
  const parts = word.split(".").filter((part) => part !== "");
  const wanted = flags.value("api-version");
  for (let length = parts.length; length > 1; length--) {
    const resource = await discovery.findExactly(parts.slice(0, length).join("."));
    if (resource) return { resource: await inVersion(resource, wanted, call), path: parts.slice(length) };
  }
  const [name = ""] = parts;
  const resource = await discovery.find(name).catch((error: unknown) => {
    throw error instanceof KubectlError ? new KubectlError(error.message, { bare: true }) : error;
  });
  return { resource: await inVersion(resource, wanted, call), path: parts.slice(1) };
}

async function inVersion(resource: Resource, wanted: string | undefined, { discovery }: Call): Promise<Resource> {
  if (wanted === undefined) return resource;
  const found = (await discovery.all()).find((one) => versionOf(one) === wanted && one.plural === resource.plural);
  if (!found) throw new KubectlError(`couldn't find resource for "${wanted}, Resource=${resource.plural}"`);
  return found;
}

async function schemaFor(
  { group, version, kind }: Resource,
  { rest }: Call,
): Promise<{ schemas: Schemas; schema: Schema }> {
  const { paths } = await rest.json<{ paths: Record<string, { serverRelativeURL: string }> }>("GET", "/openapi/v3");
  const url = paths[group === "" ? `api/${version}` : `apis/${group}/${version}`]?.serverRelativeURL;
  if (url === undefined) throw new KubectlError(`couldn't find resource for "${group}/${version}, Kind=${kind}"`);
  const { components } = await rest.json<{ components: { schemas: Schemas } }>("GET", url);
  const schema = Object.values(components.schemas).find((one) =>
    one["x-kubernetes-group-version-kind"]?.some(
      (own) => own.group === group && own.version === version && own.kind === kind,
    ),
  );
  if (!schema) throw new KubectlError(`failed to find schema for ${group}/${version}, Kind=${kind}`);
  return { schemas: components.schemas, schema };
}

function fieldHead(schema: Schema, path: readonly string[], schemas: Schemas): string {
  const name = path.at(-1);
  if (name === undefined) return "";
  const enums = (schema.enum ?? []).map((value) => `    ${value === "" ? '""' : String(value)}\n`);
  const list = enums.length > 0 ? `ENUM:\n${enums.join("")}` : "\n";
  return `FIELD: ${name} <${typeText(schema, schemas)}>\n${list}\n`;
}

function body(schema: Schema, schemas: Schemas, recursive: boolean): string {
  const descriptions = descriptionsOf(schema, schemas);
  const text = descriptions.length === 0 ? "<empty>" : descriptions.map((one) => `${one}\n`).join("");
  const hasFields = Object.keys(fieldsOf(schema, schemas).properties ?? {}).length > 0;
  const fields = hasFields ? `FIELDS:\n${fieldList(schema, schemas, recursive)}` : "";
  return `DESCRIPTION:\n${wrapped(text, "    ")}${fields}\n`;
}
