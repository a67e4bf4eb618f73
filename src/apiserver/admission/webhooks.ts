import { cloneTree, type KubeObject, sameTree } from "../../api/object.ts";
import { internalError, invalidObject } from "../../api/status.ts";
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from "../../api/types.gen.ts";
import type { NodeAgents } from "../../client/node-agents.ts";
import { mutatingWebhookConfigurations } from "../../resources/admissionregistration/mutating-webhook-configuration.ts";
import { validatingWebhookConfigurations } from "../../resources/admissionregistration/validating-webhook-configuration.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { jsonPatched } from "../patch/json-patch.ts";
import { applyDefaults } from "../schema/defaults.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";
import { isExempt } from "./match-request.ts";
import { conditionErrors } from "./policy/expression-errors.ts";
import { inVersion } from "./seen-request.ts";
import { askWebhook, type WebhookAnswer } from "./webhook/ask.ts";
import type { Webhook } from "./webhook/review.ts";

/**
 * Lets webhooks change an object, one after the other; then all else that changes objects looks at it again, and so do
 * those webhooks that ask for it. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
export function mutatingWebhooks(agents: NodeAgents): AdmissionStep {
  /** What each webhook left of the object in the first round. */
  const left = new WeakMap<AdmissionRequest, Map<Webhook, KubeObject>>();
  return {
    name: "MutatingAdmissionWebhook",
    seesEverything: true,
    async admit(request) {
      const configurations = stored<MutatingWebhookConfiguration>(request, mutatingWebhookConfigurations);
      if (configurations.length === 0 || isExempt(request)) return undefined;
      const seen = left.get(request);
      const after = seen ?? new Map<Webhook, KubeObject>();
      left.set(request, after);
      let isChanged = false;
      for (const webhook of configurations.flatMap(({ webhooks = [] }) => webhooks)) {
        if (seen && !asksAgain(webhook, seen, request.object)) continue;
        const answer = await askWebhook(agents, webhook, request);
        if (!answer) continue;
        isChanged = (await patch(webhook, answer, request)) || isChanged;
        after.set(webhook, cloneTree(request.object));
      }
      return isChanged && !seen ? "again" : undefined;
    },
  };
}

/** Asks all webhooks at once whether what is to be stored may be. */
export function validatingWebhooks(agents: NodeAgents): AdmissionStep {
  return {
    name: "ValidatingAdmissionWebhook",
    seesEverything: true,
    async validate(request) {
      checkConditions(request);
      const configurations = stored<ValidatingWebhookConfiguration>(request, validatingWebhookConfigurations);
      if (configurations.length === 0 || isExempt(request)) return;
      const webhooks = configurations.flatMap((configuration) => configuration.webhooks ?? []);
      await Promise.all(webhooks.map((webhook) => askWebhook(agents, webhook, request)));
    },
  };
}

function stored<T extends KubeObject>({ registry }: AdmissionRequest, resource: ResourceDefinition<T>): readonly T[] {
  const plain: ResourceDefinition = resource;
  return registry.list(plain) as readonly T[];
}

/** Only of what others have changed since. */
function asksAgain(webhook: MutatingWebhook, seen: ReadonlyMap<Webhook, KubeObject>, object: KubeObject): boolean {
  const before = seen.get(webhook);
  return webhook.reinvocationPolicy === "IfNeeded" && before !== undefined && !sameTree(before, object);
}

/** Whether it changed anything. What is to go cannot be changed. */
async function patch(
  { name }: Webhook,
  { response, seen }: WebhookAnswer,
  request: AdmissionRequest,
): Promise<boolean> {
  const { object, resource, operation } = request;
  if (!response.patch || operation === "DELETE") return false;
  if (response.patchType !== "JSONPatch") throw internalError(`unsupported patch type "${response.patchType ?? ""}"`);
  const before = cloneTree(object);
  const patched = patchedBy(name, seen.object ?? object, response.patch);
  const wanted = await inVersion(patched, seen.matched, resource);
  const target = object as unknown as Record<string, unknown>;
  for (const field of Object.keys(target)) delete target[field];
  Object.assign(target, wanted);
  if (object.kind === resource.kind) {
    if (resource.type) applyDefaults(resource.type, object);
    resource.prune?.(object);
    resource.default?.(object);
  }
  return !sameTree(before, object);
}

function patchedBy(name: string, object: KubeObject, base64: string): KubeObject {
  const text = Buffer.from(base64, "base64").toString();
  try {
    return jsonPatched(object, JSON.parse(text)) as KubeObject;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw internalError(`failed to apply the patch of webhook "${name}": ${why}`);
  }
}

const configurationKinds = new Set([mutatingWebhookConfigurations.kind, validatingWebhookConfigurations.kind]);

/** The conditions of a configuration must be sound before it is stored. */
function checkConditions({ resource, object, operation }: AdmissionRequest): void {
  if (operation === "DELETE" || !configurationKinds.has(resource.kind) || resource.type === undefined) return;
  const { webhooks = [] } = object as KubeObject as ValidatingWebhookConfiguration;
  const errors = webhooks.flatMap(({ matchConditions = [] }, index) =>
    conditionErrors(`webhooks[${index}].matchConditions`, matchConditions),
  );
  if (errors.length > 0) throw invalidObject(resource, object.metadata.name, errors);
}
