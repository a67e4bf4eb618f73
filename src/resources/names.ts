import { type FieldError, invalid } from "../api/status.ts";

/** What is wrong with a text, in upstream's words; empty when it is good. */
export type NameRule = (text: string) => readonly string[];

/** Every problem of a text as an error of `field`. A missing one counts as empty. */
export function check(field: string, text: string | undefined, rule: NameRule): FieldError[] {
  const given = text ?? "";
  return rule(given).map((problem) => invalid(field, given, problem));
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const labelPattern = whole(label);
const subdomainPattern = whole(subdomain);

/** `my-name`: at most 63 characters. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const dnsLabel: NameRule = (text) => {
  const problems = atMost(text, 63);
  if (labelPattern.test(text)) return problems;
  const what =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  const problem = subdomainPattern.test(text)
    ? "must not contain dots"
    : withPattern(what, label, ["my-name", "123-abc"]);
  return [...problems, problem];
};

/** `example.com`: at most 253 characters. */
export const dnsSubdomain: NameRule = patterned({
  what: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  pattern: subdomain,
  examples: ["example.com"],
  longest: 253,
});

/** A label that starts with a letter, as Services must. */
export const dns1035Label: NameRule = patterned({
  what: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  pattern: "[a-z]([-a-z0-9]*[a-z0-9])?",
  examples: ["my-name", "abc-123"],
  longest: 63,
});

/** `*.example.com` */
export const wildcardSubdomain: NameRule = patterned({
  what: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  pattern: `\\*\\.${subdomain}`,
  examples: ["*.example.com"],
  longest: 253,
});

/** The value of a label; it may be empty. */
export const labelValue: NameRule = patterned({
  what: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  pattern: `(${qualified})?`,
  examples: ["MyValue", "my_value", "12345"],
  longest: 63,
});

/** What can be one segment of a path: names of roles and bindings. */
export const pathSegment: NameRule = (text) => {
  if (text === "." || text === "..") return [`may not be '${text}'`];
  return ["/", "%"].filter((illegal) => text.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
};

/** The same for the start of a name, which may well be `..`. */
const pathSegmentPrefix: NameRule = (text) => (text === "." || text === ".." ? [] : pathSegment(text));

const qualifiedWhat =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const qualifiedProblem = withPattern(qualifiedWhat, qualified, ["MyName", "my.name", "123-abc"]);
const qualifiedPattern = whole(qualified);

/** `example.com/MyName`, the prefix being optional: keys of labels and annotations, finalizers. */
export const qualifiedName: NameRule = (text) => {
  const parts = text.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name ${qualifiedProblem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  const problems = parts.length === 2 ? prefixProblems(parts[0] ?? "") : [];
  if (name === "") problems.push("name part must be non-empty");
  else problems.push(...atMost(name, 63).map((problem) => `name part ${problem}`));
  if (!qualifiedPattern.test(name)) problems.push(`name part ${qualifiedProblem}`);
  return problems;
};

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  return dnsSubdomain(prefix).map((problem) => `prefix part ${problem}`);
}

/** `http`: the name of a port that another object refers to. */
export const portName: NameRule = (text) => [
  ...atMost(text, 15),
  ...(/^[-a-z0-9]+$/u.test(text) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
  ...(/[a-z]/u.test(text) ? [] : ["must contain at least one letter (a-z)"]),
  ...(text.includes("--") ? ["must not contain consecutive hyphens"] : []),
  ...(text.startsWith("-") || text.endsWith("-") ? ["must not begin or end with a hyphen"] : []),
];

export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65_535 ? [] : ["must be between 1 and 65535, inclusive"];
}

const configKeyText = patterned({
  what: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  pattern: "[-._a-zA-Z0-9]+",
  examples: ["key.name", "KEY_NAME", "key-name"],
  longest: 253,
});

/** A key of a ConfigMap or Secret: it becomes the name of a file. */
export const configKey: NameRule = (text) => [...configKeyText(text), ...dotProblems(text)];

function dotProblems(text: string): string[] {
  if (text === "." || text === "..") return [`must not be '${text}'`];
  return text.startsWith("..") ? ["must not start with '..'"] : [];
}

/** `my_name`, as in most programming languages. */
export const cIdentifier: NameRule = patterned({
  what: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  pattern: "[A-Za-z_][A-Za-z0-9_]*",
  examples: ["my_name", "MY_NAME", "MyName"],
});

/** `25%` */
export const percent: NameRule = patterned({
  what: "a valid percent string must be a numeric string followed by an ending '%'",
  pattern: "[0-9]+%",
  examples: ["1%", "93%"],
});

/** The same rule for `generateName`: a trailing dash is as good as any letter, since more follows. */
export function forPrefix(rule: NameRule): NameRule {
  if (rule === pathSegment) return pathSegmentPrefix;
  return (text) => rule(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
}

interface Pattern {
  readonly what: string;
  readonly pattern: string;
  readonly examples: readonly string[];
  readonly longest?: number;
}

function patterned({ what, pattern, examples, longest = Infinity }: Pattern): NameRule {
  const expression = whole(pattern);
  const problem = withPattern(what, pattern, examples);
  return (text) => (expression.test(text) ? atMost(text, longest) : [...atMost(text, longest), problem]);
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function atMost(text: string, longest: number): string[] {
  return text.length > longest ? [`must be no more than ${longest} characters`] : [];
}

/** The double space between two examples is upstream's. */
function withPattern(what: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${what} (e.g. ${shown}regex used for validation is '${pattern}')`;
}
