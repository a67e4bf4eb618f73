import { booleanField, bytesField, bytesFields, doubleField, integerField, message } from "./message-writer.ts";
import type { JsonSchema } from "./schema-names.ts";

/**
 * An OpenAPI v2 document as kubectl 1.20 and other Go clients read it: gnostic's protobuf.
 * https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto
 */
export function gnosticDocument(document: JsonSchema): Uint8Array {
  const info = recordIn(document["info"]);
  const paths = Object.entries(recordIn(document["paths"]));
  const definitions = Object.entries(recordIn(document["definitions"]));
  return message(
    bytesField(1, textIn(document["swagger"])),
    bytesField(2, message(bytesField(1, textIn(info["title"])), bytesField(2, textIn(info["version"])))),
    bytesField(
      8,
      bytesFields(
        2,
        paths.map(([path, item]) => named(path, pathItem(recordIn(item)))),
      ),
    ),
    bytesField(
      9,
      bytesFields(
        1,
        definitions.map(([name, one]) => named(name, schema(recordIn(one)))),
      ),
    ),
  );
}

const methodNumbers = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const;

function pathItem(item: JsonSchema): Uint8Array {
  const operations = Object.entries(methodNumbers).map(([method, number]) =>
    item[method] === undefined ? message() : bytesField(number, operation(recordIn(item[method]))),
  );
  return message(
    ...operations,
    bytesFields(
      9,
      listIn(item["parameters"]).map((one) => parameter(recordIn(one))),
    ),
  );
}

function operation(one: JsonSchema): Uint8Array {
  const responses = Object.entries(recordIn(one["responses"]));
  return message(
    bytesFields(1, textsIn(one["tags"])),
    bytesField(3, textIn(one["description"])),
    bytesField(5, textIn(one["operationId"])),
    bytesFields(6, textsIn(one["produces"])),
    bytesFields(7, textsIn(one["consumes"])),
    bytesFields(
      8,
      listIn(one["parameters"]).map((each) => parameter(recordIn(each))),
    ),
    bytesField(
      9,
      bytesFields(
        1,
        responses.map(([status, answer]) => named(status, response(recordIn(answer)))),
      ),
    ),
    bytesFields(10, textsIn(one["schemes"])),
    extensions(13, one),
  );
}

/** ParametersItem{parameter=1{bodyParameter=1 | nonBodyParameter=2{query=3 | path=4}}} */
function parameter(one: JsonSchema): Uint8Array {
  const [description, name, place] = [textIn(one["description"]), textIn(one["name"]), textIn(one["in"])];
  const required = one["required"];
  if (place === "body") {
    const body = message(
      bytesField(1, description),
      bytesField(2, name),
      bytesField(3, place),
      booleanField(4, required),
      bytesField(5, schema(recordIn(one["schema"]))),
    );
    return bytesField(1, bytesField(1, body));
  }
  const isPath = place === "path";
  const head = [booleanField(1, required), bytesField(2, place), bytesField(3, description), bytesField(4, name)];
  const type = bytesField(isPath ? 5 : 6, textIn(one["type"]));
  const unique = booleanField(isPath ? 19 : 20, one["uniqueItems"]);
  return bytesField(1, bytesField(2, bytesField(isPath ? 4 : 3, message(...head, type, unique))));
}

function response(one: JsonSchema): Uint8Array {
  const content = one["schema"] === undefined ? undefined : bytesField(1, schema(recordIn(one["schema"])));
  return bytesField(1, message(bytesField(1, textIn(one["description"])), bytesField(2, content)));
}

function schema(one: JsonSchema): Uint8Array {
  const properties = Object.entries(recordIn(one["properties"]));
  return message(
    bytesField(1, textIn(one["$ref"])),
    bytesField(2, textIn(one["format"])),
    bytesField(3, textIn(one["title"])),
    bytesField(4, textIn(one["description"])),
    bytesField(5, anyOf(one["default"])),
    doubleField(6, one["multipleOf"]),
    doubleField(7, one["maximum"]),
    booleanField(8, one["exclusiveMaximum"]),
    doubleField(9, one["minimum"]),
    booleanField(10, one["exclusiveMinimum"]),
    integerField(11, one["maxLength"]),
    integerField(12, one["minLength"]),
    bytesField(13, textIn(one["pattern"])),
    integerField(14, one["maxItems"]),
    integerField(15, one["minItems"]),
    booleanField(16, one["uniqueItems"]),
    integerField(17, one["maxProperties"]),
    integerField(18, one["minProperties"]),
    bytesFields(19, textsIn(one["required"])),
    bytesFields(
      20,
      listIn(one["enum"]).map((value) => anyOf(value) ?? message()),
    ),
    additionalProperties(one["additionalProperties"]),
    bytesField(22, one["type"] === undefined ? undefined : bytesField(1, textIn(one["type"]))),
    bytesField(23, one["items"] === undefined ? undefined : bytesField(1, schema(recordIn(one["items"])))),
    bytesField(
      25,
      properties.length === 0
        ? undefined
        : bytesFields(
            1,
            properties.map(([name, each]) => named(name, schema(recordIn(each)))),
          ),
    ),
    extensions(31, one),
  );
}

function additionalProperties(value: unknown): Uint8Array {
  if (value === undefined) return message();
  return bytesField(21, typeof value === "boolean" ? booleanField(2, value) : bytesField(1, schema(recordIn(value))));
}

function extensions(number: number, one: JsonSchema): Uint8Array {
  const entries = Object.entries(one).filter(([word]) => word.startsWith("x-"));
  return bytesFields(
    number,
    entries.map(([word, value]) => named(word, anyOf(value) ?? message())),
  );
}

function named(name: string, value: Uint8Array): Uint8Array {
  return message(bytesField(1, name), bytesField(2, value));
}

/** Any value as YAML, which JSON is. */
function anyOf(value: unknown): Uint8Array | undefined {
  return value === undefined ? undefined : bytesField(2, `${JSON.stringify(value)}\n`);
}

function recordIn(value: unknown): JsonSchema {
  return (value ?? {}) as JsonSchema;
}

function listIn(value: unknown): readonly unknown[] {
  return (value ?? []) as unknown[];
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsIn(value: unknown): readonly string[] {
  return (value ?? []) as string[];
}
