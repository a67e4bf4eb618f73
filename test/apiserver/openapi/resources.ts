import type { ResourceDefinition } from "../../../src/resources/definition.ts";

/** Some kinds, as far as OpenAPI and discovery look at them. */
export const resources: readonly ResourceDefinition[] = [
  {
    group: "",
    version: "v1",
    kind: "Pod",
    plural: "pods",
    namespaced: true,
    type: "io.k8s.api.core.v1.Pod",
    subresources: ["status", "log", "exec", "eviction", "proxy"],
    columns: [],
  },
  {
    group: "",
    version: "v1",
    kind: "ConfigMap",
    plural: "configmaps",
    namespaced: true,
    type: "io.k8s.api.core.v1.ConfigMap",
    columns: [],
  },
  {
    group: "apps",
    version: "v1",
    kind: "Deployment",
    plural: "deployments",
    namespaced: true,
    type: "io.k8s.api.apps.v1.Deployment",
    subresources: ["status", "scale"],
    columns: [],
  },
  {
    group: "authorization.k8s.io",
    version: "v1",
    kind: "SubjectAccessReview",
    plural: "subjectaccessreviews",
    namespaced: false,
    type: "io.k8s.api.authorization.v1.SubjectAccessReview",
    verbs: ["create"],
    columns: [],
  },
];

/** A custom resource. */
export const cactus: ResourceDefinition = {
  group: "example.com",
  version: "v1",
  kind: "Cactus",
  plural: "cacti",
  namespaced: true,
  columns: [],
  openApiSchema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: { arms: { type: "integer", nullable: true, description: "How many arms." } },
      },
    },
  },
};
