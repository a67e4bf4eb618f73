import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";
import type { FileTree } from "../runtime/files/file-tree.ts";
import { EnvironmentError } from "./environment.ts";

const seccompDirectory = "/var/lib/kubelet/seccomp";

/**
 * Throws EnvironmentError for a profile that the node does not have: no AppArmor profile is ever loaded here, and
 * seccomp profiles are files of the node. https://kubernetes.io/docs/tutorials/security/apparmor/
 */
export function checkProfiles(pod: Pod, container: Container | EphemeralContainer, node: FileTree): void {
  const { appArmorProfile, seccompProfile } = { ...pod.spec.securityContext, ...container.securityContext };
  if (container.securityContext?.privileged) return;
  if (appArmorProfile?.type === "Localhost") {
    const why = `apparmor profile not found ${appArmorProfile.localhostProfile ?? ""}`;
    refuse(`failed to get container spec opts: failed to generate apparmor spec opts: ${why}`);
  }
  if (seccompProfile?.type !== "Localhost") return;
  const path = `${seccompDirectory}/${seccompProfile.localhostProfile ?? ""}`;
  if (node.files.exists(path)) return;
  const why = `open ${path}: no such file or directory`;
  refuse(`failed to create containerd container: cannot load seccomp profile ${JSON.stringify(path)}: ${why}`);
}

function refuse(message: string): never {
  throw new EnvironmentError(message, "CreateContainerError");
}
