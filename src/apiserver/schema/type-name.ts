import { typeFacts } from "../../api/type-facts.ts";

export const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** The full name in the facts of what an object says it is: `apps/v1`, `Deployment`. undefined: not in the facts. */
export function typeNameOf(apiVersion: string, kind: string): string | undefined {
  const known = sameNow.get(`${apiVersion} ${kind}`) ?? apiVersion;
  const [group = "", version = ""] = known.includes("/") ? known.split("/", 2) : ["core", known];
  const [folder = ""] = group.split(".", 1);
  // The options of a request may call themselves anything: their type is one for all groups.
  return [...packages.map((root) => `${root}.${folder}.${version}.${kind}`), `${metaPackage}.${kind}`].find((name) =>
    Object.hasOwn(typeFacts, name),
  );
}

/** Versions that are no longer served but still understood, and which one says the same. */
const sameNow = new Map([["policy/v1beta1 Eviction", "policy/v1"]]);

/** Where the types of API groups are, without their group. */
const packages = ["io.k8s.api", "io.k8s.apiextensions-apiserver.pkg.apis", "io.k8s.kube-aggregator.pkg.apis"];

/** `Pod` of `io.k8s.api.core.v1.Pod`. */
export function shortNameOf(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}
