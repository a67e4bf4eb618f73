import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";
import { allCapabilities, setOf, usualCapabilities } from "../runtime/kernel/capabilities.ts";
import type { Confinement } from "../runtime/live-container.ts";

/** What a container's security context and its pod's take from it. https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
export function confinementOf({ spec }: Pod, { securityContext = {} }: Container | EphemeralContainer): Confinement {
  const { capabilities = {}, privileged = false, allowPrivilegeEscalation } = securityContext;
  const added = setOf(capabilities.add ?? []);
  const dropped = setOf(capabilities.drop ?? []);
  const profile = securityContext.seccompProfile ?? spec.securityContext?.seccompProfile;
  const isFiltered = profile !== undefined && profile.type !== "Unconfined";
  const appArmor = securityContext.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  const isConfined = appArmor?.type !== "Unconfined";
  return {
    // What is added stays, even where everything is dropped.
    capabilities: privileged ? allCapabilities : (usualCapabilities & ~dropped) | added,
    noNewPrivileges: allowPrivilegeEscalation === false,
    seccomp: isFiltered && !privileged,
    appArmor: isConfined && !privileged,
  };
}
