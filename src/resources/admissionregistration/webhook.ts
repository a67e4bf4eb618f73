import type { Mutable } from "../../api/object.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../../api/status.ts";
import type { MutatingWebhook, RuleWithOperations, ValidatingWebhook } from "../../api/types.gen.ts";
import { each, oneOf, oneOfIfSet } from "../field-checks.ts";
import { labelSelectorErrors } from "../label-selector.ts";
import { check, dnsSubdomain } from "../names.ts";
import { webhookClientErrors } from "../webhook-client.ts";

type Webhook = MutatingWebhook | ValidatingWebhook;

const reviewVersions = new Set(["v1", "v1beta1"]);
const operations = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];
const longestSeconds = 30;
const httpsPort = 443;

/** What both kinds of webhooks leave open. */
export function defaultWebhook(webhook: Mutable<Webhook>): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= "*";
  if (webhook.clientConfig.service) webhook.clientConfig.service.port ??= httpsPort;
}

export function webhookErrors(webhooks: readonly Webhook[] = []): FieldError[] {
  return each("webhooks", webhooks, (webhook, path, index) => [
    ...nameErrors(`${path}.name`, webhook.name),
    ...(webhooks.slice(0, index).some(({ name }) => name === webhook.name)
      ? [duplicate(`${path}.name`, webhook.name)]
      : []),
    ...each(`${path}.rules`, webhook.rules, (rule, at) => ruleErrors(at, rule)),
    ...oneOfIfSet(`${path}.failurePolicy`, webhook.failurePolicy, ["Fail", "Ignore"]),
    ...oneOfIfSet(`${path}.matchPolicy`, webhook.matchPolicy, ["Equivalent", "Exact"]),
    ...oneOf(`${path}.sideEffects`, webhook.sideEffects, ["None", "NoneOnDryRun"]),
    ...timeoutErrors(`${path}.timeoutSeconds`, webhook.timeoutSeconds),
    ...labelSelectorErrors(`${path}.namespaceSelector`, webhook.namespaceSelector),
    ...labelSelectorErrors(`${path}.objectSelector`, webhook.objectSelector),
    ...webhookClientErrors(`${path}.clientConfig`, webhook.clientConfig),
    ...reviewErrors(`${path}.admissionReviewVersions`, webhook.admissionReviewVersions),
  ]);
}

function nameErrors(field: string, name: string): FieldError[] {
  if (!name) return [required(field)];
  const errors = check(field, name, dnsSubdomain);
  if (errors.length > 0 || name.split(".").length >= 3) return errors;
  return [invalid(field, name, "should be a domain with at least three segments separated by dots")];
}

/** Which requests; admission policies say it the same way. */
export function ruleErrors(field: string, rule: RuleWithOperations): FieldError[] {
  const { apiGroups = [], apiVersions = [], resources = [] } = rule;
  const asked: readonly string[] = rule.operations ?? [];
  const lists = { apiGroups, apiVersions, resources };
  const why = "if '*' is present, must not specify other";
  const errors: FieldError[] = [];
  for (const [list, values] of Object.entries(lists)) {
    if (values.length === 0) errors.push(required(`${field}.${list}`));
    else if (values.length > 1 && values.includes("*") && list !== "resources") {
      errors.push(
        invalid(`${field}.${list}`, values, `${why} ${list === "apiGroups" ? "API groups" : "API versions"}`),
      );
    }
    if (list === "resources") continue;
    const blank = list === "apiVersions" ? values.indexOf("") : -1;
    if (blank >= 0) errors.push(required(`${field}.${list}[${blank}]`));
  }
  if (asked.length === 0) errors.push(required(`${field}.operations`));
  if (asked.length > 1 && asked.includes("*")) {
    errors.push(invalid(`${field}.operations`, asked, `${why} operations`));
  }
  for (const [index, operation] of asked.entries()) {
    if (!operations.includes(operation))
      errors.push(notSupported(`${field}.operations[${index}]`, operation, operations));
  }
  return [...errors, ...oneOfIfSet(`${field}.scope`, rule.scope, ["*", "Cluster", "Namespaced"])];
}

function timeoutErrors(field: string, seconds: number | undefined): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= longestSeconds)) return [];
  return [invalid(field, seconds, `the timeout value must be between 1 and ${longestSeconds} seconds`)];
}

function reviewErrors(field: string, versions: readonly string[] = []): FieldError[] {
  if (versions.length === 0) return [required(field, "must specify one of v1, v1beta1")];
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index ? [invalid(`${field}[${index}]`, version, "duplicate version")] : [],
  );
  if (versions.some((version) => reviewVersions.has(version))) return errors;
  return [...errors, invalid(field, versions, "must include at least one of v1, v1beta1")];
}
