import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";
import type { Image, ImageUser } from "../runtime/image.ts";
import type { RequestedUser } from "../runtime/process.ts";
import { EnvironmentError } from "./environment.ts";
import { podIdOf } from "./pod-id.ts";

/**
 * Whom a container's processes run as: its security context, its pod's, or what the image says. Throws
 * EnvironmentError when that must not be root and is.
 * https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export function containerUser(pod: Pod, container: Container | EphemeralContainer, image: Image): RequestedUser {
  const settings = { ...pod.spec.securityContext, ...container.securityContext };
  const { runAsUser, runAsGroup } = settings;
  const { supplementalGroups = [], fsGroup } = pod.spec.securityContext ?? {};
  const own: ImageUser = image.user ?? { uid: 0, gid: 0, name: "root", home: "/root" };
  const uid = runAsUser ?? own.uid;
  if (settings.runAsNonRoot) requireNotRoot(pod, container, { runAsUser, own });
  const gid = runAsGroup ?? (uid === own.uid ? own.gid : undefined);
  const name = uid === own.uid ? own.name : uid === 0 ? "root" : String(uid);
  const groups = [...new Set([...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])])];
  return { uid, name, groups, ...(gid === undefined ? {} : { gid }) };
}

interface Candidates {
  readonly runAsUser: number | undefined;
  readonly own: ImageUser;
}

function requireNotRoot(pod: Pod, container: Container | EphemeralContainer, { runAsUser, own }: Candidates): void {
  const refuse = (why: string): never => {
    throw new EnvironmentError(`${why} (pod: ${JSON.stringify(podIdOf(pod))}, container: ${container.name})`);
  };
  if (runAsUser === 0) refuse("container's runAsUser breaks non-root policy");
  if (runAsUser !== undefined) return;
  if (own.isNamed) {
    refuse(`container has runAsNonRoot and image has non-numeric user (${own.name}), cannot verify user is non-root`);
  }
  if (own.uid === 0) refuse("container has runAsNonRoot and image will run as root");
}
