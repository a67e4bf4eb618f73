import type { MutatingWebhookConfiguration } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each, oneOfIfSet } from "../field-checks.ts";
import { defaultWebhook, webhookErrors } from "./webhook.ts";

export const mutatingWebhookConfigurations: ResourceDefinition<MutatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  categories: ["api-extensions"],
  namespaced: false,
  type: "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
  tracksGeneration: true,
  columns: [name, { name: "Webhooks", type: "integer", value: ({ webhooks = [] }) => webhooks.length }, age],

  default({ webhooks = [] }) {
    for (const webhook of webhooks) {
      defaultWebhook(webhook);
      webhook.reinvocationPolicy ??= "Never";
    }
  },

  validate: ({ webhooks }) => [
    ...webhookErrors(webhooks),
    ...each("webhooks", webhooks, ({ reinvocationPolicy }, path) =>
      oneOfIfSet(`${path}.reinvocationPolicy`, reinvocationPolicy, ["IfNeeded", "Never"]),
    ),
  ],
};
