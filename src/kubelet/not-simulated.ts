import type { Container, EphemeralContainer, Pod } from "../api/types.gen.ts";

/** What a pod asks for and does not get, as its Event tells it; a line each. */
export function notSimulated({ spec }: Pod): string[] {
  const { hostPID, hostIPC, shareProcessNamespace, securityContext = {}, runtimeClassName, resourceClaims } = spec;
  const { sysctls = [], seLinuxOptions } = securityContext;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...(hostPID ? ["hostPID: containers see their own processes only"] : []),
    ...(hostIPC ? ["hostIPC is not simulated"] : []),
    ...(shareProcessNamespace ? ["shareProcessNamespace: containers see their own processes only"] : []),
    ...(sysctls.length > 0 ? ["sysctls are not simulated"] : []),
    ...(seLinuxOptions ? ["SELinux is not simulated"] : []),
    ...(runtimeClassName ? ["runtimeClassName: every container runs in the simulated runtime"] : []),
    ...(resourceClaims?.length ? ["resourceClaims: no devices are simulated"] : []),
    ...containers.flatMap((container) => ofContainer(container)),
  ];
}

/** What an ephemeral container does not get. */
export function notSimulatedOf({ name, targetContainerName }: EphemeralContainer): string[] {
  return targetContainerName
    ? [`ephemeral container ${name}: targetContainerName ${targetContainerName}: it sees its own processes only`]
    : [];
}

function ofContainer({ name, volumeDevices = [], volumeMounts = [], securityContext = {} }: Container): string[] {
  const { privileged, capabilities } = securityContext;
  return [
    ...(volumeDevices.length > 0 ? [`container ${name}: volumeDevices: block devices are not simulated`] : []),
    ...(volumeMounts.some(({ mountPropagation }) => mountPropagation && mountPropagation !== "None")
      ? [`container ${name}: mountPropagation is not simulated`]
      : []),
    ...(privileged ? [`container ${name}: privileged: there is no kernel below to give access to`] : []),
    ...(capabilities?.add?.length ? [`container ${name}: capabilities are not simulated`] : []),
  ];
}
