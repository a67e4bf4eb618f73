import { Ajv, type ErrorObject, type Format, type ValidateFunction } from "ajv";

import { type FieldError, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from "../../api/status.ts";
import { formats, numberFormats } from "./formats.ts";
import { goPattern } from "./go-pattern.ts";
import { goFloat, goSyntax } from "./go-syntax.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { formatPath, isMap, type Path, type StructuralSchema, valueAt } from "./structural-schema.ts";

/** What is wrong, and where: the path of a value that lacks something is its own. */
export interface SchemaError {
  readonly error: FieldError;
  readonly path: Path;
}

/** All that is wrong with an object of a custom resource, in upstream's words. */
export function schemaValidator(schema: StructuralSchema): (object: unknown) => SchemaError[] {
  let validate: ValidateFunction | undefined;
  return (object) => {
    validate ??= compile(schema);
    if (validate(object)) return [];
    return topErrors(validate.errors ?? [], "").map((error) => shown(error, object));
  };
}

function compile(schema: StructuralSchema): ValidateFunction {
  const numbers = Object.entries(numberFormats).map(([name, validate]) => [
    name,
    { type: "number" as const, validate },
  ]);
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
    formats: { ...formats, ...(Object.fromEntries(numbers) as Record<string, Format>) },
    code: { regExp },
  });
  return ajv.compile(jsonSchemaOf(schema));
}

/** ajv asks for its regular expressions here. What JavaScript cannot read matches everything. */
const regExp = Object.assign(
  (pattern: string): RegExp => {
    try {
      return goPattern(pattern);
    } catch (error) {
      if (error instanceof SyntaxError) return /(?:)/u;
      throw error;
    }
  },
  { code: "new RegExp" },
);

const combining = new Set(["anyOf", "oneOf", "not"]);

/** The errors below a schema; of alternatives, after the complaint that none fits, those of the one that fits best. */
function topErrors(errors: readonly ErrorObject[], below: string): ErrorObject[] {
  const own = errors.filter(({ schemaPath }) => schemaPath.startsWith(below));
  const combined = own.filter(({ keyword }) => combining.has(keyword));
  const outer = own.filter(({ schemaPath, instancePath }) => {
    return !combined.some((one) => isInside(schemaPath, one.schemaPath) && instancePath.startsWith(one.instancePath));
  });
  return outer.flatMap((error) => {
    if (error.keyword === "if") return [];
    if (error.keyword !== "anyOf" && error.keyword !== "oneOf") return [error];
    return [error, ...bestBranch(own, error)];
  });
}

function bestBranch(
  errors: readonly ErrorObject[],
  { schemaPath, instancePath, schema, params }: ErrorObject,
): ErrorObject[] {
  // More than one fits.
  if (Array.isArray(params["passingSchemas"])) return [];
  const inside = errors.filter((error) => error.instancePath.startsWith(instancePath));
  const branches = (schema as readonly unknown[]).map((_, index) => topErrors(inside, `${schemaPath}/${index}/`));
  return branches.reduce((best, branch) => (branch.length < best.length ? branch : best), branches[0] ?? []);
}

function isInside(path: string, outer: string): boolean {
  return path.startsWith(`${outer}/`);
}

function shown(error: ErrorObject, object: unknown): SchemaError {
  const path = pathIn(error.instancePath, object);
  const name = formatPath(path);
  if (error.keyword === "required") {
    return { path, error: required(formatPath([...path, String(error.params["missingProperty"])])) };
  }
  return { path, error: fieldError(error, name) };
}

function fieldError({ keyword, data, params, schema, parentSchema }: ErrorObject, name: string): FieldError {
  const limit = Number(params["limit"]);
  const should = (what: string): FieldError => invalidValue(name, data, `${name} in body should ${what}`);
  switch (keyword) {
    case "type":
      return mistyped(name, typeOf(data), [schema].flat().join(","));
    case "format":
      if (typeof data === "number") return outOfRange(name, parentSchema?.["type"], String(params["format"]));
      return mistyped(name, data, String(params["format"]));
    case "enum":
      return notSupported(
        name,
        data,
        (schema as unknown[]).map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
      );
    case "minimum":
      return should(`be greater than or equal to ${shownNumber(data, limit)}`);
    case "exclusiveMinimum":
      return should(`be greater than ${shownNumber(data, limit)}`);
    case "maximum":
      return should(`be less than or equal to ${shownNumber(data, limit)}`);
    case "exclusiveMaximum":
      return should(`be less than ${shownNumber(data, limit)}`);
    case "multipleOf":
      return should(`be a multiple of ${shownNumber(data, Number(params["multipleOf"]))}`);
    case "minLength":
      return should(`be at least ${limit} chars long`);
    case "maxLength":
      return tooLong(name, limit);
    case "pattern":
      return should(`match '${String(parentSchema?.["pattern"])}'`);
    case "minItems":
      return should(`have at least ${limit} items`);
    case "minProperties":
      return should(`have at least ${limit} properties`);
    case "maxItems":
      return tooMany(name, (data as unknown[]).length, limit);
    case "maxProperties":
      return tooMany(name, Object.keys(data as object).length, limit);
    default:
      return invalid("<nil>", "", combinationProblem(keyword, name, params));
  }
}

/** Upstream does not say where but in words. */
function outOfRange(name: string, type: unknown, format: string): FieldError {
  const kind = typeof type === "string" ? type : "integer";
  return invalid("<nil>", "", `Checked value must be of type ${kind} with format ${format} in ${name}`);
}

function combinationProblem(keyword: string, name: string, params: ErrorObject["params"]): string {
  const subject = JSON.stringify(name);
  switch (keyword) {
    case "anyOf":
      return `${subject} must validate at least one schema (anyOf)`;
    case "oneOf": {
      const found = params["passingSchemas"] ? "Found 2 valid alternatives" : "Found none valid";
      return `${subject} must validate one and only one schema (oneOf). ${found}`;
    }
    case "not":
      return `${subject} must not validate the schema (not)`;
    default:
      return `${subject} is not valid (${keyword})`;
  }
}

/** Upstream shows what a value is, or the value that is of no such format. */
function mistyped(name: string, value: unknown, wanted: string): FieldError {
  return typeInvalid(name, value, `${name} in body must be of type ${wanted}: ${JSON.stringify(value)}`);
}

function invalidValue(name: string, value: unknown, why: string): FieldError {
  if (!isMap(value) && !Array.isArray(value)) return invalid(name, value, why);
  return { reason: "FieldValueInvalid", field: name, message: `Invalid value: ${goSyntax(value)}: ${why}` };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}

/** Whole numbers are compared with whole numbers. */
function shownNumber(value: unknown, limit: number): string {
  return Number.isInteger(value) && Number.isInteger(limit) ? String(limit) : goFloat(limit);
}

/** `/spec/ports/0` as the fields and places it names in `object`. */
function pathIn(pointer: string, object: unknown): Path {
  let at = object;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(at) ? Number(key) : key;
      at = valueAt(at, [step]);
      return step;
    });
}
