import type {
  Container,
  EphemeralContainer,
  PodSpec,
  PodSecurityContext,
  SecurityContext,
} from "../../../api/types.gen.ts";
import { containersOf } from "../../../resources/pod-template/containers-of.ts";

/** A pod, or a template of pods, as a check sees it. */
export interface CheckedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** Of the policy's version: 32 for v1.32. */
  readonly minor: number;
}

/** Printed as `reason (detail)`. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** One rule of the Pod Security Standards. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export interface PodSecurityCheck {
  /** The minor version whose policy first has it. */
  readonly since?: number;
  /** Undefined when the pod keeps the rule. */
  violation(pod: CheckedPod): Violation | undefined;
}

type AnyContainer = Container | EphemeralContainer;

export function containersWhere(spec: PodSpec, isBad: (container: AnyContainer) => boolean): readonly AnyContainer[] {
  return containersOf("spec", spec)
    .map(({ container }) => container)
    .filter((container) => isBad(container));
}

/** A rule for values that both the pod and its containers may set. */
export function badSetters<T>(
  spec: PodSpec,
  read: (context: PodSecurityContext | SecurityContext) => T | undefined,
  isBad: (value: T) => boolean,
): { readonly setters: string; readonly values: readonly T[] } {
  const badOf = (context: PodSecurityContext | SecurityContext | undefined): T | undefined => {
    const value = context && read(context);
    return value !== undefined && isBad(value) ? value : undefined;
  };
  const own = badOf(spec.securityContext);
  const containers = containersWhere(spec, ({ securityContext }) => badOf(securityContext) !== undefined);
  const setters = [...(own === undefined ? [] : ["pod"]), ...(containers.length === 0 ? [] : [named(containers)])];
  const values = [own, ...containers.map(({ securityContext }) => badOf(securityContext))];
  return { setters: setters.join(" and "), values: values.filter((value) => value !== undefined) };
}

/** `container "a"`, `containers "a", "b"` */
export function named(containers: readonly { readonly name: string }[]): string {
  return `${plural("container", containers.length)} ${quoted(containers.map(({ name }) => name))}`;
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}

export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}
