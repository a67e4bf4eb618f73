import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";

/** What a pod asks for and does not get, as its Event tells it; a line each. */
export function notSimulated({ spec }: Pod): string[] {
  const { hostPID, hostIPC, securityContext = {}, resourceClaims } = spec;
  const { seLinuxOptions } = securityContext;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...(hostPID ? ["hostPID: containers see their own processes only"] : []),
    ...(hostIPC ? ["hostIPC is not simulated"] : []),
    ...(seLinuxOptions ? ["SELinux is not simulated"] : []),
    ...(resourceClaims?.length ? ["resourceClaims: no devices are simulated"] : []),
    ...containers.flatMap((container) => notSimulatedOf(container)),
  ];
}

/** What one container does not get. */
export function notSimulatedOf(container: Container | EphemeralContainer): string[] {
  const { name, volumeMounts = [], securityContext = {} } = container;
  const { privileged, capabilities } = securityContext;
  const beyond = (capabilities?.add ?? []).filter((capability) => !simulatedCapabilities.has(capability));
  return [
    ...(volumeMounts.some(({ mountPropagation }) => mountPropagation && mountPropagation !== "None")
      ? [`container ${name}: mountPropagation is not simulated`]
      : []),
    ...(privileged ? [`container ${name}: privileged: there is no kernel below to give access to`] : []),
    ...(beyond.length > 0 ? [`container ${name}: capabilities show in /proc, and let it do no more`] : []),
  ];
}

/** What anybody may do here: look at processes, signal them, and ping. */
const simulatedCapabilities = new Set(["SYS_PTRACE", "KILL", "NET_RAW"]);
