import type { KubeObject, Mutable } from "../../api/object.ts";
import type { Ingress, PersistentVolumeClaim } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

/** Gives an ingress that names no class the default one. */
export const defaultIngressClass: AdmissionStep = defaultClass<Ingress>({
  name: "DefaultIngressClass",
  of: { group: "networking.k8s.io", plural: "ingresses" },
  classes: { group: "networking.k8s.io", plural: "ingressclasses" },
  field: "ingressClassName",
  classAnnotation: "kubernetes.io/ingress.class",
  isDefault: ["ingressclass.kubernetes.io/is-default-class"],
});

/** Gives a claim that names no storage class the default one. "" is a name: no class at all. */
export const defaultStorageClass: AdmissionStep = defaultClass<PersistentVolumeClaim>({
  name: "DefaultStorageClass",
  of: { group: "", plural: "persistentvolumeclaims" },
  classes: { group: "storage.k8s.io", plural: "storageclasses" },
  field: "storageClassName",
  classAnnotation: "volume.beta.kubernetes.io/storage-class",
  isDefault: ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"],
});

interface Kind {
  readonly group: string;
  readonly plural: string;
}

interface DefaultClass<T extends { readonly spec?: object }> {
  readonly name: string;
  readonly of: Kind;
  readonly classes: Kind;
  /** Of the spec. */
  readonly field: keyof NonNullable<T["spec"]> & string;
  /** Names a class where there is no field for it. */
  readonly classAnnotation: string;
  /** On a class: it is the default one. */
  readonly isDefault: readonly string[];
}

function defaultClass<T extends { readonly spec?: object }>(options: DefaultClass<T>): AdmissionStep {
  const { name, of, classes, field, classAnnotation, isDefault } = options;
  return {
    name,
    admit({ operation, resource, object, registry }) {
      if (operation !== "CREATE" || resource.plural !== of.plural || resource.group !== of.group) return;
      const { spec, metadata } = object as Mutable<KubeObject> & { spec: Record<string, unknown> };
      if (spec[field] !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
      const known = registry.catalogue.find(classes.group, "v1", classes.plural);
      const found = known && defaultClassOf(registry.list(known), isDefault);
      if (found) spec[field] = found.metadata.name;
    },
  };
}

/** Of several defaults the newest counts, then the first by name. */
function defaultClassOf<T extends KubeObject>(classes: readonly T[], annotations: readonly string[]): T | undefined {
  const defaults = classes.filter(({ metadata }) => annotations.some((one) => metadata.annotations?.[one] === "true"));
  return defaults.toSorted((a, b) => createdAt(b) - createdAt(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function createdAt({ metadata }: KubeObject): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}
