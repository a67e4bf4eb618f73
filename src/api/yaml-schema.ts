import * as yaml from "js-yaml";

/**
 * How Kubernetes reads scalars and keys: YAML 1.1 as Go's parser has it. `yes` and `on` are true, `010` is 8,
 * a timestamp stays a string and every key becomes one.
 */
export const kubernetesYaml: yaml.Schema = new yaml.Schema([
  yaml.strTag,
  yaml.seqTag,
  mapTag(),
  yaml.mergeTag,
  scalarTag("tag:yaml.org,2002:null", (source) => (nulls.has(source) ? null : yaml.NOT_RESOLVED)),
  scalarTag("tag:yaml.org,2002:bool", (source) => booleans.get(source) ?? yaml.NOT_RESOLVED),
  scalarTag("tag:yaml.org,2002:int", (source) => integerIn(source) ?? yaml.NOT_RESOLVED),
  scalarTag("tag:yaml.org,2002:float", (source) => floatIn(source) ?? yaml.NOT_RESOLVED),
  textTag("tag:yaml.org,2002:timestamp", (source) => source),
  textTag("tag:yaml.org,2002:binary", (source) => Buffer.from(source, "base64").toString("utf8")),
  // A tag of somebody's own says nothing to us.
  yaml.defineScalarTag("!", { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
]);

const nulls = new Set(["", "~", "null", "Null", "NULL"]);
const booleans = new Map<string, boolean>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);
const infinities = new Map([
  [".inf", "+Inf"],
  [".Inf", "+Inf"],
  [".INF", "+Inf"],
  ["+.inf", "+Inf"],
  ["+.Inf", "+Inf"],
  ["+.INF", "+Inf"],
  ["-.inf", "-Inf"],
  ["-.Inf", "-Inf"],
  ["-.INF", "-Inf"],
  [".nan", "NaN"],
  [".NaN", "NaN"],
  [".NAN", "NaN"],
]);

const bases = [
  [/^0[xX]([0-9a-fA-F]+)$/u, 16],
  [/^0[bB]([01]+)$/u, 2],
  [/^0[oO]?([0-7]+)$/u, 8],
  [/^(\d|[1-9]\d*)$/u, 10],
] as const;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/u;

function scalarTag(name: string, resolve: (source: string) => unknown): yaml.TagDefinition {
  return yaml.defineScalarTag<unknown>(name, { implicit: true, resolve, identify: () => false });
}

/** Only by name: `!!binary aGk=`. */
function textTag(name: string, resolve: (source: string) => string): yaml.TagDefinition {
  return yaml.defineScalarTag(name, { resolve, identify: () => false });
}

function integerIn(source: string): number | undefined {
  if (!/^[-+\d]/u.test(source)) return undefined;
  const plain = source.replaceAll("_", "");
  const digits = /^[-+]/u.test(plain) ? plain.slice(1) : plain;
  for (const [pattern, base] of bases) {
    const [, figures] = pattern.exec(digits) ?? [];
    // `+ 0` turns -0 into 0.
    if (figures !== undefined) return (plain.startsWith("-") ? -1 : 1) * Number.parseInt(figures, base) + 0;
  }
  return undefined;
}

function floatIn(source: string): number | undefined {
  const infinite = infinities.get(source);
  if (infinite) throw new yaml.YAMLException(`json: unsupported value: ${infinite}`);
  const plain = /^[-+\d]/u.test(source) ? source.replaceAll("_", "") : source;
  const value = float.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

type Scalar = string | number | boolean;

function mapTag(): yaml.TagDefinition {
  return yaml.defineMappingTag<Record<string, unknown>>("tag:yaml.org,2002:map", {
    create: () => ({}),
    addPair(map, key, value) {
      if (typeof key === "object") return key === null ? nullKey(value) : `yaml: invalid map key: ${goSyntax(key)}`;
      // An own property, even when it is called `__proto__`.
      Object.defineProperty(map, String(key as Scalar), {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return "";
    },
    has: (map, key) => Object.hasOwn(map, String(key)),
    keys: (map) => Object.keys(map),
    get: (map, key) => map[String(key)],
    identify: () => false,
  });
}

function nullKey(value: unknown): string {
  return `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value)}`;
}

/** A value as Go's `%#v` prints it: what a template's `{{ .Values.x }}` is told. */
function goSyntax(value: unknown): string {
  if (value === null) return "interface {}(nil)";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item)).join(", ")}}`;
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`);
  return `map[interface {}]interface {}{${pairs.join(", ")}}`;
}
