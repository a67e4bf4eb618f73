import { decodeText } from "../../api/bytes.ts";
import { countKeys, countWrittenKeys, jsonComplaints, JsonProblem } from "../../api/json-reader.ts";
import { badRequest, unsupportedMediaType } from "../../api/status.ts";
import { yamlDuplicates } from "../../api/yaml-duplicates.ts";
import { parseYaml, YamlError } from "../../api/yaml.ts";
import { goValueOf } from "./go-names.ts";
import { decodeProtobuf, ProtobufError } from "./protobuf-reader.ts";
import { asTheyCome, type Complaints } from "./schema.ts";

/** Of equal keys the last one holds. */
export interface DecodedObject {
  readonly object: Record<string, unknown>;
  /** `duplicate field "spec.foo"`, and what is unknown, in order. */
  readonly complaints: Complaints;
}

/**
 * The object in a request's body: JSON (also when the type is not said), YAML or protobuf. `kind` is what it must be.
 * Throws BadRequest or UnsupportedMediaType, worded as upstream.
 */
export function decodeObject(bytes: Uint8Array, contentType: string | undefined, kind = "Object"): DecodedObject {
  const decode = decoders[mediaTypeOf(contentType)];
  if (!decode) throw unsupportedMediaType(Object.keys(decoders));
  try {
    return decode(bytes);
  } catch (error) {
    const problem = problemIn(error);
    if (problem === undefined) throw error;
    throw unrecognized(bytes, kind, problem);
  }
}

/** Says of a body that it cannot even be told what it is. */
export function unrecognized(bytes: Uint8Array, kind: string, why: string): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summaryOf(bytes)})`);
}

const decoders: Readonly<Record<string, (bytes: Uint8Array) => DecodedObject>> = Object.assign(Object.create(null), {
  "application/json": decodeJson,
  "application/yaml": decodeYaml,
  "application/vnd.kubernetes.protobuf": (bytes: Uint8Array) => ({
    object: decodeProtobuf(bytes),
    complaints: asTheyCome,
  }),
});

function mediaTypeOf(contentType: string | undefined): string {
  const [type = ""] = (contentType ?? "").split(";", 1);
  return type.trim().toLowerCase() || "application/json";
}

function decodeJson(bytes: Uint8Array): DecodedObject {
  const text = decodeText(bytes);
  const value = parseJson(text);
  const object = objectIn(value);
  const isClean = countKeys(value) === countWrittenKeys(text);
  return { object, complaints: isClean ? asTheyCome : (unknown) => jsonComplaints(text, unknown) };
}

/** `JSON.parse`; only what it refuses is read again for Go's words. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    jsonComplaints(text);
    throw error;
  }
}

/** Throws YamlError, or JsonProblem when it is no object. */
export function decodeYaml(bytes: Uint8Array): DecodedObject {
  const text = decodeText(bytes);
  const object = objectIn(parseYaml(text));
  const lines = yamlDuplicates(text);
  const duplicates = lines.length === 0 ? [] : [["yaml: unmarshal errors:", ...lines].join("\n  ")];
  // Upstream makes JSON of it, whose keys are sorted.
  return { object, complaints: (unknown) => [...duplicates, ...unknown.toSorted()] };
}

/** Upstream looks for a version and a kind first, and what is no object has none. */
function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (value === null) return {};
    throw new JsonProblem(`json: cannot unmarshal ${goValueOf(value)} into Go value of type ${typeMetaStruct}`);
  }
  const object = value as Record<string, unknown>;
  for (const field of ["apiVersion", "kind"]) {
    const given = object[field];
    if (given === null) delete object[field];
    else if (given !== undefined && typeof given !== "string") {
      throw new JsonProblem(`json: cannot unmarshal ${goValueOf(given)} into Go struct field .${field} of type string`);
    }
  }
  return object;
}

const typeMetaStruct = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

function problemIn(error: unknown): string | undefined {
  if (error instanceof JsonProblem) return `couldn't get version/kind; json parse error: ${error.message}`;
  if (error instanceof YamlError) return error.problem;
  return error instanceof ProtobufError ? error.message : undefined;
}

const longestSummary = 30;

/** The first bytes of a body: as text when it looks like JSON, else in hexadecimal. */
function summaryOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "<empty>";
  const head = Buffer.from(bytes.subarray(0, longestSummary));
  const text = head.toString(bytes[0] === "{".codePointAt(0) ? "utf8" : "hex");
  return bytes.length > longestSummary ? `${text} ...` : text;
}
