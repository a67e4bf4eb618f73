import { expect, test } from "vitest";

import {
  configKey,
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  forPrefix,
  labelValue,
  type NameRule,
  pathSegment,
  portName,
  qualifiedName,
} from "../../src/resources/names.ts";

const subdomainProblem =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelProblem =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const qualifiedProblem =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

test.each<[string, NameRule, readonly string[]]>([
  ["a.b-c.d", dnsSubdomain, []],
  ["Web", dnsSubdomain, [subdomainProblem]],
  ["", dnsSubdomain, [subdomainProblem]],
  ["a".repeat(254), dnsSubdomain, ["must be no more than 253 characters"]],
  ["web-1", dnsLabel, []],
  ["a.b", dnsLabel, ["must not contain dots"]],
  ["-a", dnsLabel, [labelProblem]],
  ["a".repeat(64), dnsLabel, ["must be no more than 63 characters"]],
  [
    "1a",
    dns1035Label,
    [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  ["", labelValue, []],
  [
    "a b",
    labelValue,
    [
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
  ],
  ["example.com/My.Name_1", qualifiedName, []],
  ["", qualifiedName, ["name part must be non-empty", `name part ${qualifiedProblem}`]],
  ["/a", qualifiedName, ["prefix part must be non-empty"]],
  ["A/a", qualifiedName, [`prefix part ${subdomainProblem}`]],
  [
    "a/b/c",
    qualifiedName,
    [`a qualified name ${qualifiedProblem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`],
  ],
  ["system:node", pathSegment, []],
  ["..", pathSegment, ["may not be '..'"]],
  ["a/b%", pathSegment, ["may not contain '/'", "may not contain '%'"]],
  ["http-1", portName, []],
  [
    "HTTP",
    portName,
    [
      "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
      "must contain at least one letter (a-z)",
    ],
  ],
  ["a--b-", portName, ["must not contain consecutive hyphens", "must not begin or end with a hyphen"]],
  ["app.conf", configKey, []],
  ["..data", configKey, ["must not start with '..'"]],
  [
    "a b",
    configKey,
    [
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
  ],
])("%j is judged in upstream's words", (text, rule, problems) => {
  expect(rule(text)).toEqual(problems);
});

test("the start of a name may end with a dash", () => {
  expect(forPrefix(dnsLabel)("web-")).toEqual([]);
  expect(dnsLabel("web-")).toEqual([labelProblem]);
});
