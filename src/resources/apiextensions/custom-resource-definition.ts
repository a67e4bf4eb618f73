import type { KubeObject, Mutable } from "../../api/object.ts";
import type { WebhookClientConfig } from "../../api/types.gen.ts";
import { createdAt, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { definitionErrors } from "./definition-errors.ts";

const httpsPort = 443;

/** A kind that users add. */
export interface CustomResourceDefinition extends KubeObject {
  readonly spec: CustomResourceDefinitionSpec;
  readonly status?: CustomResourceDefinitionStatus;
}

export interface CustomResourceDefinitionSpec {
  readonly group: string;
  readonly names: CustomResourceNames;
  readonly scope: "Cluster" | "Namespaced";
  readonly versions: readonly CustomResourceVersion[];
  readonly conversion?: CustomResourceConversion;
  readonly preserveUnknownFields?: boolean;
}

export interface CustomResourceConversion {
  readonly strategy: "None" | "Webhook";
  readonly webhook?: {
    readonly clientConfig?: WebhookClientConfig;
    /** Of ConversionReview: the first that is known is sent. */
    readonly conversionReviewVersions?: readonly string[];
  };
}

export interface CustomResourceNames {
  readonly plural: string;
  readonly kind: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface CustomResourceVersion {
  readonly name: string;
  readonly served: boolean;
  /** The one version in which objects are kept. */
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Readonly<Record<string, unknown>> };
  readonly subresources?: { readonly status?: object; readonly scale?: CustomResourceScale };
  readonly additionalPrinterColumns?: readonly CustomResourceColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface CustomResourceScale {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface CustomResourceColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

export interface CustomResourceDefinitionStatus {
  readonly acceptedNames?: Partial<CustomResourceNames>;
  readonly conditions?: readonly CustomResourceDefinitionCondition[] | null;
  readonly storedVersions?: readonly string[];
}

export interface CustomResourceDefinitionCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/ */
export const customResourceDefinitions: ResourceDefinition<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  type: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  deletionFinalizer: "customresourcecleanup.apiextensions.k8s.io",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  subresources: ["status"],
  tracksGeneration: true,
  columns: [name, createdAt],

  default(definition) {
    const { spec } = definition;
    if (!spec) return;
    spec.conversion ??= { strategy: "None" };
    if (spec.names?.kind) defaultNames(spec.names);
    const { service } = spec.conversion.webhook?.clientConfig ?? {};
    if (service) service.port ??= httpsPort;
  },

  prepareForCreate(definition) {
    const stored = (definition.spec?.versions ?? []).filter(({ storage }) => storage).map((version) => version.name);
    definition.status = { acceptedNames: { plural: "", kind: "" }, conditions: null, storedVersions: stored };
  },

  prepareForUpdate(definition) {
    const stored = (definition.spec?.versions ?? []).find(({ storage }) => storage)?.name;
    const known = definition.status?.storedVersions ?? [];
    if (stored === undefined || known.includes(stored)) return;
    definition.status = { ...definition.status, storedVersions: [...known, stored] };
  },

  prepareForDelete(definition) {
    const { conditions } = definition.status ?? {};
    const lastTransitionTime = definition.metadata.deletionTimestamp;
    if (conditions?.some(({ type }) => type === "Terminating") || lastTransitionTime === undefined) return;
    const terminating = {
      lastTransitionTime,
      message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
      reason: "InstanceDeletionPending",
      status: "True",
      type: "Terminating",
    };
    definition.status = { ...definition.status, conditions: [...(conditions ?? []), terminating] };
  },

  validate: (definition, previous) => definitionErrors(definition, previous),
};

function defaultNames(names: Mutable<CustomResourceNames>): void {
  names.singular ||= names.kind.toLowerCase();
  names.listKind ||= `${names.kind}List`;
}
