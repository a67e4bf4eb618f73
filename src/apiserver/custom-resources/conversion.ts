import { cloneTree, type KubeObject } from "../../api/object.ts";
import { type ApiError, unknownError } from "../../api/status.ts";
import type { CustomResourceDefinition } from "../../resources/apiextensions/custom-resource-definition.ts";
import type { VersionConversion } from "../../resources/definition.ts";
import { CallError } from "../webhook/call-error.ts";
import type { WebhookCaller } from "../webhook/call-webhook.ts";
import { type ConversionRequest, ConversionError, convertedObjects, InvalidConversion } from "./conversion-reply.ts";
import { withDefaults } from "./defaulting.ts";
import type { StructuralSchema } from "./structural-schema.ts";

export interface ConversionTools {
  readonly call: WebhookCaller;
  uid(): string;
}

const timeoutMs = 30_000;
const knownReviews = new Set(["v1", "v1beta1"]);

/**
 * How the objects of a definition change their version, if a webhook does it.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion
 */
export function webhookConversion(
  definition: CustomResourceDefinition,
  tools: ConversionTools,
): VersionConversion | undefined {
  const { group, versions, conversion } = definition.spec;
  const { strategy, webhook } = conversion ?? {};
  if (strategy !== "Webhook" || !webhook?.clientConfig) return undefined;
  const { clientConfig, conversionReviewVersions = [] } = webhook;
  const stored = versions.find(({ storage }) => storage)?.name ?? "";
  const review = conversionReviewVersions.find((one) => knownReviews.has(one)) ?? "v1";
  const filledIn = definedFields(definition);
  return {
    storedVersion: `${group}/${stored}`,
    async convert(objects, desiredAPIVersion) {
      const asked = objects.filter(({ apiVersion }) => apiVersion !== desiredAPIVersion).map(filledIn);
      const first = asked[0];
      if (!first) return objects;
      const request: ConversionRequest = { uid: tools.uid(), desiredAPIVersion, objects: asked };
      const body = { kind: "ConversionReview", apiVersion: `apiextensions.k8s.io/${review}`, request };
      try {
        const text = await tools.call({ clientConfig, timeoutMs, body });
        const converted = convertedObjects(text, request, review);
        return objects.map((object) =>
          object.apiVersion === desiredAPIVersion ? object : (converted.shift() ?? object),
        );
      } catch (error) {
        throw failed(first, error);
      }
    },
  };
}

/** The defaults of the version that an object is of: those of another are none of its own. */
function definedFields({ spec }: CustomResourceDefinition): (object: KubeObject) => KubeObject {
  const schemas = new Map(
    spec.versions.map(({ name, schema }) => [`${spec.group}/${name}`, schema?.openAPIV3Schema as StructuralSchema]),
  );
  return (object) => {
    const schema = schemas.get(object.apiVersion);
    return schema ? cloneTree(withDefaults(schema, object)) : object;
  };
}

function failed({ apiVersion, kind }: KubeObject, error: unknown): unknown {
  const what = `conversion webhook for ${apiVersion}, Kind=${kind}`;
  if (error instanceof CallError || error instanceof ConversionError) return fault(`${what} failed: ${error.message}`);
  return error instanceof InvalidConversion ? fault(`${what} returned ${error.message}`) : error;
}

/** Upstream knows it as none of the API's own errors. */
function fault(message: string): ApiError {
  return unknownError(message);
}
