import { formatLabels } from "../../api/selectors.ts";
import type { PodTemplate } from "../../api/types.gen.ts";
import { name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { defaultPodTemplate } from "../pod-template/default-pod-spec.ts";
import { containerColumns } from "../pod-template/template-columns.ts";
import { podTemplateErrors } from "../pod-template/validate-pod-template.ts";
import { templateWarnings } from "../pod-template/warnings.ts";

/** A template by itself: nothing in the cluster makes pods of it. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/ */
export const podTemplates: ResourceDefinition<PodTemplate> = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  type: "io.k8s.api.core.v1.PodTemplate",
  tracksGeneration: true,
  columns: [
    name,
    ...containerColumns<PodTemplate>(({ template }) => template, 0),
    { name: "Pod Labels", value: ({ template }) => formatLabels(template?.metadata?.labels) },
  ],

  default(object) {
    object.template ??= {};
    defaultPodTemplate(object.template);
  },

  validate({ template = {} }) {
    return podTemplateErrors("template", template);
  },

  warnings({ template = {} }, previous) {
    return templateWarnings("template", template, previous?.template);
  },
};
