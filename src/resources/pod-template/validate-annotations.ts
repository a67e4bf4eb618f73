import { type FieldError, invalid, notAllowed } from "../../api/status.ts";
import type { PodSpec } from "../../api/types.gen.ts";
import { containersOf } from "./containers-of.ts";
import { descendingPathErrors } from "./validate-path.ts";

type Annotations = Readonly<Record<string, string>>;

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const appArmor = "container.apparmor.security.beta.kubernetes.io/";
const mirror = "kubernetes.io/config.mirror";
const mirrorNeedsNode = "must set spec.nodeName if mirror pod annotation is set";
const seccompPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompContainer = "container.seccomp.security.alpha.kubernetes.io/";

/** Annotations that mean something to a pod. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
export function podAnnotationErrors(field: string, annotations: Annotations, spec: PodSpec): FieldError[] {
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (key === mirror) return spec.nodeName ? [] : [invalid(`${field}[${key}]`, value, mirrorNeedsNode)];
    if (key === deletionCost) return costErrors(`${field}[${key}]`, value);
    if (key === seccompPod || key.startsWith(seccompContainer)) return seccompErrors(`${field}.${key}`, value);
    if (key.startsWith(appArmor)) return appArmorErrors(`${field}[${key}]`, key.slice(appArmor.length), value, spec);
    return [];
  });
}

/** Where an annotation and the field that took its place both speak, they must agree. */
export function annotationMatchErrors(field: string, annotations: Annotations, spec: PodSpec): FieldError[] {
  const podSeccomp = spec.securityContext?.seccompProfile;
  const podAppArmor = spec.securityContext?.appArmorProfile;
  return [
    ...mismatch(`${field}.securityContext.seccompProfile`, "seccomp", annotations[seccompPod], podSeccomp),
    ...containersOf(field, spec).flatMap(({ path, container: { name, securityContext } }) => {
      const seccomp = annotations[seccompContainer + name];
      const profile = securityContext?.appArmorProfile ?? podAppArmor;
      return mismatch(
        `${path}.securityContext.seccompProfile`,
        "seccomp",
        seccomp,
        securityContext?.seccompProfile,
      ).concat(mismatch(`${path}.securityContext.appArmorProfile`, "apparmor", annotations[appArmor + name], profile));
    }),
  ];
}

/** What was annotated when the pod was made cannot be changed afterwards. */
export function annotationChangeErrors(field: string, annotations: Annotations, previous: Annotations): FieldError[] {
  const keys = new Set([...Object.keys(previous), ...Object.keys(annotations)]);
  return [...keys].flatMap((key) => {
    const what = key === mirror ? "mirror pod annotation" : key.startsWith(appArmor) ? "AppArmor annotations" : "";
    if (what === "" || annotations[key] === previous[key]) return [];
    const verb = previous[key] === undefined ? "add" : "remove or update";
    return [notAllowed(`${field}[${key}]`, `may not ${verb} ${what}`)];
  });
}

function costErrors(field: string, value: string): FieldError[] {
  const isNumber = /^(?:0|-?[1-9]\d*)$/u.test(value) && Math.abs(Number(value)) <= 2_147_483_647;
  return isNumber ? [] : [invalid(field, value, "must be a 32bit integer")];
}

function seccompErrors(field: string, value: string): FieldError[] {
  if (["runtime/default", "docker/default", "unconfined"].includes(value)) return [];
  if (value.startsWith("localhost/")) return descendingPathErrors(field, value.slice("localhost/".length));
  return [invalid(field, value, "must be a valid seccomp profile")];
}

function appArmorErrors(field: string, container: string, value: string, spec: PodSpec): FieldError[] {
  const isKnown = containersOf("spec", spec).some((one) => one.container.name === container);
  const isProfile = ["", "runtime/default", "unconfined"].includes(value) || value.startsWith("localhost/");
  return [
    ...(isKnown ? [] : [invalid(field, container, "container not found")]),
    ...(isProfile ? [] : [invalid(field, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`)]),
  ];
}

interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

function mismatch(
  field: string,
  what: "seccomp" | "apparmor",
  annotation: string | undefined,
  profile: Profile | undefined,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const wrongType = notAllowed(`${field}.type`, `${what} type in annotation and field must match`);
  if (profile.type !== "Localhost") return wordsOf(profile.type).includes(annotation) ? [] : [wrongType];
  if (!annotation.startsWith("localhost/")) return [wrongType];
  const why = `${what} profile in annotation and field must match`;
  const isSame = annotation.slice("localhost/".length) === profile.localhostProfile;
  return isSame ? [] : [notAllowed(`${field}.localhostProfile`, why)];
}

function wordsOf(type: string): readonly string[] {
  return type === "Unconfined" ? ["unconfined"] : ["runtime/default", "docker/default"];
}
