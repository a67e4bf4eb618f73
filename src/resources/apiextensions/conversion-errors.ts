import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import { oneOf } from "../field-checks.ts";
import { webhookClientErrors } from "../webhook-client.ts";
import type { CustomResourceConversion } from "./custom-resource-definition.ts";

const knownReviews: readonly string[] = ["v1", "v1beta1"];

/** What is wrong with how versions are converted. Fields are named as upstream has them inside, not as they are sent. */
export function conversionErrors(
  field: string,
  conversion: CustomResourceConversion | undefined,
  previous: CustomResourceConversion | undefined,
): FieldError[] {
  const errors = oneOf(`${field}.strategy`, conversion?.strategy, ["None", "Webhook"]);
  if (errors.length > 0) return errors;
  const { strategy, webhook = {} } = conversion ?? {};
  const { clientConfig, conversionReviewVersions = [] } = webhook;
  const [client, reviews] = [`${field}.webhookClientConfig`, `${field}.conversionReviewVersions`];
  if (strategy === "Webhook") {
    const before = previous?.webhook?.clientConfig?.caBundle;
    return [
      ...(clientConfig
        ? [...webhookClientErrors(client, clientConfig), ...bundleErrors(client, clientConfig.caBundle, before)]
        : [required(client, "required when strategy is set to Webhook")]),
      ...reviewErrors(reviews, conversionReviewVersions),
    ];
  }
  const why = "should not be set when strategy is not set to Webhook";
  return [
    ...(clientConfig ? [notAllowed(client, why)] : []),
    ...(conversionReviewVersions.length > 0 ? [notAllowed(reviews, why)] : []),
  ];
}

/** One that was bad before may stay. */
function bundleErrors(field: string, caBundle: string | undefined, before: string | undefined): FieldError[] {
  if (isBundle(caBundle) || (before !== undefined && !isBundle(before))) return [];
  const why = "unable to load root certificates: unable to parse bytes as PEM block";
  return [invalid(`${field}.caBundle`, caBundle, why)];
}

function isBundle(caBundle: string | undefined): boolean {
  return !caBundle || Buffer.from(caBundle, "base64").includes("-----BEGIN CERTIFICATE-----");
}

function reviewErrors(field: string, versions: readonly string[]): FieldError[] {
  if (versions.length === 0) return [required(field)];
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index ? [invalid(`${field}[${index}]`, version, "duplicate version")] : [],
  );
  if (versions.some((version) => knownReviews.includes(version))) return errors;
  return [...errors, invalid(field, versions, `must include at least one of ${knownReviews.join(", ")}`)];
}
