import { type FieldError, invalid, required } from "../../api/status.ts";
import type { CustomResourceColumn } from "./custom-resource-definition.ts";
import { jsonPathErrors } from "./json-path-errors.ts";

const types = ["boolean", "date", "integer", "number", "string"];
const formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

/** What is wrong with a column that `kubectl get` is to show. */
export function columnErrors(field: string, { name, type, format, jsonPath }: CustomResourceColumn): FieldError[] {
  const oneOf = `must be one of ${types.join(",")}`;
  const badType = type ? invalid(`${field}.type`, type, oneOf) : required(`${field}.type`, oneOf);
  const badFormat = format !== undefined && format !== "" && !formats.includes(format);
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...(types.includes(type) ? [] : [badType]),
    ...(badFormat ? [invalid(`${field}.format`, format, `must be one of ${formats.join(",")}`)] : []),
    ...(jsonPath ? jsonPathErrors(`${field}.JSONPath`, jsonPath) : [required(`${field}.JSONPath`)]),
  ];
}
