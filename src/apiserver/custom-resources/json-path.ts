import { isMap } from "./structural-schema.ts";

type Step = (values: readonly unknown[]) => unknown[];

/**
 * Reads what a JSON path such as `.status.conditions[?(@.type=="Ready")].status` names. A path that cannot be read finds
 * nothing. https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function jsonPathReader(path: string): (value: unknown) => unknown[] {
  const steps = stepsOf(path);
  return (value) => steps?.reduce<unknown[]>((values, step) => step(values), [value]) ?? [];
}

/** The fields of a path that names one place: `.spec.replicas`. */
export function fieldsOfPath(path: string): readonly string[] {
  return path.replace(/^\./u, "").split(".");
}

const element =
  /^(?:\.\.(?<deep>(?:[^.[\]\\]|\\.)+)|\.?(?<all>\*)|\.(?<field>(?:[^.[\]\\]|\\.)+)|\[(?<bracket>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\?\([^)]*\)|[-\d:*,]+)\])/u;

function stepsOf(path: string): Step[] | undefined {
  let rest = path.replace(/^\{(.*)\}$/u, "$1").replace(/^\$/u, "");
  if (rest !== "" && !/^[.[]/u.test(rest)) rest = `.${rest}`;
  const steps: Step[] = [];
  while (rest !== "" && rest !== ".") {
    const match = element.exec(rest);
    if (!match) return undefined;
    const { deep, all, field, bracket } = match.groups ?? {};
    if (deep !== undefined) steps.push(deepStep(unescaped(deep)));
    else if (all !== undefined) steps.push(allStep);
    else if (field !== undefined) steps.push(fieldStep(unescaped(field)));
    else steps.push(bracketStep(bracket ?? ""));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function unescaped(name: string): string {
  return name.replaceAll(/\\(.)/gu, "$1");
}

function fieldStep(name: string): Step {
  return (values) => values.flatMap((value) => (isMap(value) && Object.hasOwn(value, name) ? [value[name]] : []));
}

const allStep: Step = (values) => values.flatMap((value) => childrenOf(value));

function deepStep(name: string): Step {
  const find = (value: unknown): unknown[] => [
    ...(isMap(value) && Object.hasOwn(value, name) ? [value[name]] : []),
    ...childrenOf(value).flatMap((child) => find(child)),
  ];
  return (values) => values.flatMap((value) => find(value));
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? (Object.values(value) as unknown[]) : [];
}

function bracketStep(text: string): Step {
  if (text === "*") return allStep;
  if (/^['"]/u.test(text)) return fieldStep(unescaped(text.slice(1, -1)));
  if (text.startsWith("?")) return filterStep(text.slice(2, -1));
  if (text.includes(":")) return sliceStep(text);
  const places = text.split(",").map(Number);
  return (values) =>
    values.flatMap((value) => (Array.isArray(value) ? places.flatMap((place) => value.slice(place).slice(0, 1)) : []));
}

function sliceStep(text: string): Step {
  const [start = "", end = "", step = ""] = text.split(":");
  return (values) =>
    values.flatMap((value) => {
      if (!Array.isArray(value)) return [];
      const part: unknown[] = value.slice(start === "" ? 0 : Number(start), end === "" ? undefined : Number(end));
      return step === "" ? part : part.filter((_, index) => index % Number(step) === 0);
    });
}

const comparison = /^\s*@(?<left>[^\s=!<>]*)\s*(?:(?<operator>==|!=|<=|>=|<|>)\s*(?<right>.+?))?\s*$/u;

/** `@.type=="Ready"`, or just `@.ready`: that there is one. */
function filterStep(text: string): Step {
  const { left = "", operator, right = "" } = comparison.exec(text)?.groups ?? {};
  const read = jsonPathReader(left);
  const literal = literalOf(right);
  return (values) =>
    values
      .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : childrenOf(value)))
      .filter((item) => {
        const found = read(item);
        if (operator === undefined) return found.length > 0;
        return found.length > 0 && compares(found[0], operator, literal);
      });
}

function literalOf(text: string): unknown {
  if (/^'.*'$/u.test(text)) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    default:
      return ordered(left, operator, right);
  }
}

function ordered(left: unknown, operator: string, right: unknown): boolean {
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false;
  const [a, b] = [left, right as typeof left];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}
