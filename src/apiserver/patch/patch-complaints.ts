import { decodeText } from "../../api/bytes.ts";
import { countKeys, countWrittenKeys, jsonComplaints } from "../../api/json-reader.ts";
import { isMap } from "./json.ts";

/** What is wrong with a patch itself, whatever it makes: fields that stand twice, and fields no operation has. */
export function patchComplaints(contentType: string, patch: Uint8Array): readonly string[] {
  const text = decodeText(patch);
  const value: unknown = JSON.parse(text);
  const isList = contentType === "application/json-patch+json";
  const unknown = isList && Array.isArray(value) ? value.flatMap(unknownFields) : [];
  const isClean = unknown.length === 0 && countKeys(value) === countWrittenKeys(text);
  if (isClean) return [];
  const complaints = jsonComplaints(text, unknown);
  return isList ? complaints.map((complaint) => `json patch ${complaint}`) : complaints;
}

const operationFields = new Set(["op", "from", "path", "value"]);

function unknownFields(operation: unknown, index: number): string[] {
  if (!isMap(operation)) return [];
  const strange = Object.keys(operation).filter((field) => !operationFields.has(field));
  return strange.map((field) => `unknown field ${JSON.stringify(`[${index}].${field}`)}`);
}
