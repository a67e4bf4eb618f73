const namePattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const subdomainPattern = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`;
const valuePattern = `(${namePattern})?`;

const nameRegex = new RegExp(`^${namePattern}$`, "u");
const subdomainRegex = new RegExp(`^${subdomainPattern}$`, "u");
const valueRegex = new RegExp(`^${valuePattern}$`, "u");

const nameRule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${namePattern}')`;
const subdomainRule = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomainPattern}')`;
const valueRule = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${valuePattern}')`;

const longestName = 63;
const longestPrefix = 253;

/**
 * What is wrong with the key of a label, an annotation or a taint: `[prefix/]name`.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [`a qualified name ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? "";
  return [...(parts.length === 2 ? prefixErrors(parts[0] ?? "") : []), ...nameErrors(name)];
}

export function labelValueErrors(value: string): string[] {
  return [
    ...(value.length > longestName ? [`must be no more than ${longestName} characters`] : []),
    ...(valueRegex.test(value) ? [] : [valueRule]),
  ];
}

function prefixErrors(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  return [
    ...(prefix.length > longestPrefix ? [`prefix part must be no more than ${longestPrefix} characters`] : []),
    ...(subdomainRegex.test(prefix) ? [] : [`prefix part ${subdomainRule}`]),
  ];
}

function nameErrors(name: string): string[] {
  return [
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...(name.length > longestName ? [`name part must be no more than ${longestName} characters`] : []),
    ...(nameRegex.test(name) ? [] : [`name part ${nameRule}`]),
  ];
}
