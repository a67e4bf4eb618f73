import { duplicate, type FieldError, invalid, required, tooLong } from "../../api/status.ts";
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from "../../api/types.gen.ts";
import { each, inRange, oneOf, oneOfIfSet } from "../field-checks.ts";
import { descendingPathErrors } from "./validate-path.ts";
import { windowsOptionErrors } from "./validate-windows.ts";

/** https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ */
export function securityContextErrors(field: string, context: SecurityContext): FieldError[] {
  const { runAsUser, runAsGroup, procMount, seccompProfile, windowsOptions, appArmorProfile } = context;
  return [
    ...idErrors(`${field}.runAsUser`, runAsUser),
    ...idErrors(`${field}.runAsGroup`, runAsGroup),
    ...oneOfIfSet(`${field}.procMount`, procMount, ["Default", "Unmasked"]),
    ...(seccompProfile ? seccompErrors(`${field}.seccompProfile`, seccompProfile) : []),
    ...escalationErrors(field, context),
    ...(windowsOptions ? windowsOptionErrors(`${field}.windowsOptions`, windowsOptions) : []),
    ...(appArmorProfile ? appArmorErrors(`${field}.appArmorProfile`, appArmorProfile) : []),
  ];
}

/** `field` is that of the security context, `spec` the pod's whole spec. */
export function podSecurityContextErrors(field: string, context: PodSecurityContext, spec: PodSpec): FieldError[] {
  const { seccompProfile, windowsOptions, appArmorProfile } = context;
  const sharesTwice = spec.shareProcessNamespace === true && spec.hostPID === true;
  const why = "ShareProcessNamespace and HostPID cannot both be enabled";
  return [
    ...idErrors(`${field}.fsGroup`, context.fsGroup),
    ...idErrors(`${field}.runAsUser`, context.runAsUser),
    ...idErrors(`${field}.runAsGroup`, context.runAsGroup),
    ...each(`${field}.supplementalGroups`, context.supplementalGroups, (group, path) => idErrors(path, group)),
    ...(sharesTwice ? [invalid(`${field}.shareProcessNamespace`, true, why)] : []),
    ...sysctlErrors(`${field}.sysctls`, context.sysctls ?? [], spec),
    ...oneOfIfSet(`${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ["Always", "OnRootMismatch"]),
    ...(seccompProfile ? seccompErrors(`${field}.seccompProfile`, seccompProfile) : []),
    ...(windowsOptions ? windowsOptionErrors(`${field}.windowsOptions`, windowsOptions) : []),
    ...(appArmorProfile ? appArmorErrors(`${field}.appArmorProfile`, appArmorProfile) : []),
  ];
}

function idErrors(field: string, id: number | undefined): FieldError[] {
  return inRange(field, id, 0, 2_147_483_647);
}

function escalationErrors(field: string, context: SecurityContext): FieldError[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const cannot = (what: string): FieldError =>
    invalid(field, context, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
  return [
    ...(context.privileged ? [cannot("`privileged` to true")] : []),
    ...(context.capabilities?.add?.includes("CAP_SYS_ADMIN") ? [cannot("`capabilities.Add` CAP_SYS_ADMIN")] : []),
  ];
}

const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];

function seccompErrors(field: string, profile: SeccompProfile): FieldError[] {
  const { type, localhostProfile } = profile;
  const path = `${field}.localhostProfile`;
  const typeErrors = type
    ? oneOf(`${field}.type`, type, profileTypes)
    : [required(`${field}.type`, "type is required when seccompProfile is set")];
  if (type !== "Localhost") {
    const why = "can only be set when seccomp type is Localhost";
    return [...typeErrors, ...(localhostProfile === undefined ? [] : [invalid(path, profile, why)])];
  }
  if (localhostProfile === undefined) return [required(path, "must be set when seccomp type is Localhost")];
  return descendingPathErrors(path, localhostProfile);
}

function appArmorErrors(field: string, { type, localhostProfile }: AppArmorProfile): FieldError[] {
  const path = `${field}.localhostProfile`;
  if (type === "Localhost") return localProfileErrors(path, localhostProfile);
  if (!type) return [required(`${field}.type`, "type is required when appArmorProfile is set")];
  const unknown = oneOf(`${field}.type`, type, profileTypes);
  if (unknown.length > 0 || localhostProfile === undefined) return unknown;
  return [invalid(path, localhostProfile, "can only be set when AppArmor type is Localhost")];
}

const longestProfile = 4095;

function localProfileErrors(field: string, profile: string | undefined): FieldError[] {
  const why = "must be set when AppArmor type is Localhost";
  if (profile === undefined) return [required(field, why)];
  const padded = profile !== profile.trim();
  return [
    ...(padded ? [invalid(field, profile, "must not be padded with whitespace")] : []),
    ...(profile === "" ? [required(field, why)] : []),
    ...(profile.length > longestProfile ? [tooLong(field, longestProfile)] : []),
  ];
}

const sysctlSegment = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const sysctlText = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlPattern = new RegExp(sysctlText);
const longestSysctl = 253;

/** https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/ */
function sysctlErrors(field: string, sysctls: readonly Sysctl[], { hostNetwork, hostIPC }: PodSpec): FieldError[] {
  const known = new Set<string>();
  return each(field, sysctls, ({ name }, path) => {
    const isKnown = known.has(name);
    known.add(name);
    const nameSpace = sysctlNamespace(name);
    return [
      ...sysctlNameErrors(`${path}.name`, name, isKnown),
      ...(hostNetwork && nameSpace === "net"
        ? [invalid(`${path}.name`, name, "may not be specified when 'hostNetwork' is true")]
        : []),
      ...(hostIPC && nameSpace === "ipc"
        ? [invalid(`${path}.name`, name, "may not be specified when 'hostIPC' is true")]
        : []),
    ];
  });
}

function sysctlNameErrors(field: string, name: string, isKnown: boolean): FieldError[] {
  if (!name) return [required(field)];
  if (name.length > longestSysctl || !sysctlPattern.test(name)) {
    return [invalid(field, name, `must have at most ${longestSysctl} characters and match regex ${sysctlText}`)];
  }
  return isKnown ? [duplicate(field, name)] : [];
}

function sysctlNamespace(name = ""): "net" | "ipc" | undefined {
  const dotted = name.replaceAll("/", ".");
  if (dotted.startsWith("net.")) return "net";
  const isIpc = dotted === "kernel.sem" || dotted.startsWith("kernel.shm") || dotted.startsWith("kernel.msg");
  return isIpc || dotted.startsWith("fs.mqueue.") ? "ipc" : undefined;
}
