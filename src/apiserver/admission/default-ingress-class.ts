import type { Mutable } from "../../api/object.ts";
import type { Ingress } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";
import { defaultClassOf } from "./default-class.ts";

const classAnnotation = "kubernetes.io/ingress.class";
const isDefault = ["ingressclass.kubernetes.io/is-default-class"];

/** Gives an ingress that names no class the default one. */
export const defaultIngressClass: AdmissionStep = {
  name: "DefaultIngressClass",

  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || resource.plural !== "ingresses" || resource.group !== "networking.k8s.io") return;
    const { spec, metadata } = object as Mutable<Ingress>;
    if (spec.ingressClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
    const classes = registry.catalogue.find("networking.k8s.io", "v1", "ingressclasses");
    const found = classes && defaultClassOf(registry.list(classes), isDefault);
    if (found) spec.ingressClassName = found.metadata.name;
  },
};
