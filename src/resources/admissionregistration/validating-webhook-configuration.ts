import type { ValidatingWebhookConfiguration } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { defaultWebhook, webhookErrors } from "./webhook.ts";

export const validatingWebhookConfigurations: ResourceDefinition<ValidatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  categories: ["api-extensions"],
  namespaced: false,
  type: "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
  tracksGeneration: true,
  columns: [name, { name: "Webhooks", type: "integer", value: ({ webhooks = [] }) => webhooks.length }, age],

  default({ webhooks = [] }) {
    for (const webhook of webhooks) defaultWebhook(webhook);
  },

  validate: ({ webhooks }) => webhookErrors(webhooks),
};
