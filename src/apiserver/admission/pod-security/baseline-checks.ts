import type { SELinuxOptions } from "../../../api/types.gen.ts";
import {
  badSetters,
  containersWhere,
  distinct,
  named,
  plural,
  type PodSecurityCheck,
  quoted,
  type Violation,
} from "./check.ts";

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

const appArmorProfile: PodSecurityCheck = {
  violation({ annotations, spec }) {
    const isBad = (type: string): boolean => type !== "RuntimeDefault" && type !== "Localhost";
    const { setters, values } = badSetters(
      spec,
      (context) => context.appArmorProfile?.type as string | undefined,
      isBad,
    );
    const types = distinct(values);
    const forbidden = Object.entries(annotations)
      .filter(([key, value]) => key.startsWith(appArmorPrefix) && !/^(?:$|runtime\/default$|localhost\/)/u.test(value))
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .toSorted();
    const count = types.length + forbidden.length;
    if (count === 0) return undefined;
    const fields = setters ? [`${setters} must not set AppArmor profile type to ${quoted(types)}`] : [];
    return { reason: plural("forbidden AppArmor profile", count), detail: [...fields, ...forbidden].join(", ") };
  },
};

const defaultCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/** The restricted policy has a stricter rule in its place. */
export const baselineCapabilities: PodSecurityCheck = {
  violation({ spec }) {
    const isBad = (capability: string): boolean => !defaultCapabilities.has(capability);
    return addedCapabilities(
      "non-default capabilities",
      containersWhere(spec, ({ securityContext }) => (securityContext?.capabilities?.add ?? []).some(isBad)),
      isBad,
    );
  },
};

type CapableContainer = ReturnType<typeof containersWhere>[number];

function addedCapabilities(
  reason: string,
  containers: readonly CapableContainer[],
  isBad: (capability: string) => boolean,
): Violation | undefined {
  if (containers.length === 0) return undefined;
  return { reason, detail: forbiddenAdditions(containers, isBad) };
}

export function forbiddenAdditions(
  containers: readonly CapableContainer[],
  isBad: (capability: string) => boolean,
): string {
  const added = containers.flatMap(({ securityContext }) => securityContext?.capabilities?.add ?? []);
  const bad = quoted(distinct(added.filter(isBad)));
  return `${named(containers)} must not include ${bad} in securityContext.capabilities.add`;
}

const hostNamespaces: PodSecurityCheck = {
  violation({ spec }) {
    const used = (["hostIPC", "hostNetwork", "hostPID"] as const).filter((field) => spec[field]);
    if (used.length === 0) return undefined;
    return { reason: "host namespaces", detail: used.map((field) => `${field}=true`).join(", ") };
  },
};

/** The restricted policy has a stricter rule in its place. */
export const hostPathVolumes: PodSecurityCheck = {
  violation({ spec }) {
    const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
    if (names.length === 0) return undefined;
    return { reason: "hostPath volumes", detail: `${plural("volume", names.length)} ${quoted(names)}` };
  },
};

const hostPorts: PodSecurityCheck = {
  violation({ spec }) {
    const bad = containersWhere(spec, ({ ports }) => (ports ?? []).some(({ hostPort }) => hostPort));
    if (bad.length === 0) return undefined;
    const used = bad.flatMap(({ ports }) =>
      (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : [])),
    );
    const ports = distinct(used);
    const verb = bad.length === 1 ? "uses" : "use";
    return {
      reason: "hostPort",
      detail: `${named(bad)} ${verb} ${plural("hostPort", ports.length)} ${ports.join(", ")}`,
    };
  },
};

const privileged: PodSecurityCheck = {
  violation({ spec }) {
    const bad = containersWhere(spec, ({ securityContext }) => securityContext?.privileged === true);
    if (bad.length === 0) return undefined;
    return { reason: "privileged", detail: `${named(bad)} must not set securityContext.privileged=true` };
  },
};

const procMount: PodSecurityCheck = {
  violation({ spec }) {
    const bad = containersWhere(spec, ({ securityContext }) => (securityContext?.procMount ?? "Default") !== "Default");
    if (bad.length === 0) return undefined;
    const types = distinct(bad.map(({ securityContext }) => securityContext?.procMount ?? ""));
    return { reason: "procMount", detail: `${named(bad)} must not set securityContext.procMount to ${quoted(types)}` };
  },
};

const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t"]);

const seLinuxOptions: PodSecurityCheck = {
  violation({ spec, minor }) {
    const isBadType = (type: string): boolean =>
      !seLinuxTypes.has(type) && !(type === "container_engine_t" && minor >= 31);
    const isBad = ({ type = "", user, role }: SELinuxOptions): boolean =>
      isBadType(type) || Boolean(user) || Boolean(role);
    const { setters, values } = badSetters(spec, (context) => context.seLinuxOptions, isBad);
    if (values.length === 0) return undefined;
    const types = distinct(values.map(({ type = "" }) => type).filter(isBadType));
    const faults = [
      ...(types.length > 0 ? [`${plural("type", types.length)} ${quoted(types)}`] : []),
      ...(values.some(({ user }) => user) ? ["user may not be set"] : []),
      ...(values.some(({ role }) => role) ? ["role may not be set"] : []),
    ];
    return {
      reason: "seLinuxOptions",
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${faults.join("; ")}`,
    };
  },
};

const seccompAnnotations = "seccomp.security.alpha.kubernetes.io/pod";
const seccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";

/** The restricted policy has a stricter rule in its place. Before v1.19 profiles were annotations. */
export const baselineSeccomp: PodSecurityCheck = {
  violation({ annotations, spec, minor }) {
    if (minor < 19) return seccompAnnotationViolation(annotations);
    return unconfinedSeccomp(spec);
  },
};

export function unconfinedSeccomp(spec: Parameters<typeof badSetters>[0]): Violation | undefined {
  const isBad = (type: string): boolean => type !== "RuntimeDefault" && type !== "Localhost";
  const { setters, values } = badSetters(spec, (context) => context.seccompProfile?.type as string | undefined, isBad);
  if (values.length === 0) return undefined;
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoted(distinct(values))}`;
  return { reason: "seccompProfile", detail };
}

function seccompAnnotationViolation(annotations: Readonly<Record<string, string>>): Violation | undefined {
  const forbidden = Object.entries(annotations)
    .filter(([key]) => key === seccompAnnotations || key.startsWith(seccompPrefix))
    .filter(([, value]) => !/^(?:runtime\/default$|docker\/default$|localhost\/)/u.test(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  if (forbidden.length === 0) return undefined;
  const detail = `forbidden ${plural("annotation", forbidden.length)} ${distinct(forbidden).join(", ")}`;
  return { reason: "seccompProfile", detail };
}

/** By the minor version since which they are allowed. */
const safeSysctls: Readonly<Record<string, number>> = {
  "kernel.shm_rmid_forced": 0,
  "net.ipv4.ip_local_port_range": 0,
  "net.ipv4.ip_unprivileged_port_start": 0,
  "net.ipv4.ping_group_range": 0,
  "net.ipv4.tcp_syncookies": 0,
  "net.ipv4.ip_local_reserved_ports": 27,
  "net.ipv4.tcp_fin_timeout": 29,
  "net.ipv4.tcp_keepalive_intvl": 29,
  "net.ipv4.tcp_keepalive_probes": 29,
  "net.ipv4.tcp_keepalive_time": 29,
  "net.ipv4.tcp_rmem": 32,
  "net.ipv4.tcp_wmem": 32,
};

const sysctls: PodSecurityCheck = {
  violation({ spec, minor }) {
    const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
    const forbidden = names.filter((name) => minor < (safeSysctls[name] ?? Infinity));
    return forbidden.length === 0 ? undefined : { reason: "forbidden sysctls", detail: forbidden.join(", ") };
  },
};

const windowsHostProcess: PodSecurityCheck = {
  violation({ spec }) {
    const { setters, values } = badSetters(
      spec,
      (context) => context.windowsOptions?.hostProcess,
      (isSet) => isSet,
    );
    if (values.length === 0) return undefined;
    return { reason: "hostProcess", detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true` };
  },
};

/** In the order in which messages list them. */
export const baselineChecks: readonly PodSecurityCheck[] = [
  appArmorProfile,
  baselineCapabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  procMount,
  seLinuxOptions,
  baselineSeccomp,
  sysctls,
  windowsHostProcess,
];
