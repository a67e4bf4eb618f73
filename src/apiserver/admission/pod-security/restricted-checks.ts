import type { Volume } from "../../../api/types.gen.ts";
import {
  baselineCapabilities,
  baselineChecks,
  baselineSeccomp,
  forbiddenAdditions,
  hostPathVolumes,
  unconfinedSeccomp,
} from "./baseline-checks.ts";
import {
  badSetters,
  type CheckedPod,
  containersWhere,
  distinct,
  named,
  plural,
  type PodSecurityCheck,
  quoted,
} from "./check.ts";

/** Rules about Linux say nothing of Windows pods since v1.25. */
function isWindows({ spec, minor }: CheckedPod): boolean {
  return minor >= 25 && spec.os?.name === "windows";
}

const allowPrivilegeEscalation: PodSecurityCheck = {
  since: 8,
  violation(pod) {
    if (isWindows(pod)) return undefined;
    const bad = containersWhere(pod.spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
    if (bad.length === 0) return undefined;
    const detail = `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`;
    return { reason: "allowPrivilegeEscalation != false", detail };
  },
};

const capabilities: PodSecurityCheck = {
  since: 22,
  violation(pod) {
    if (isWindows(pod)) return undefined;
    const isBad = (capability: string): boolean => capability !== "NET_BIND_SERVICE";
    const keeping = containersWhere(
      pod.spec,
      ({ securityContext }) => !securityContext?.capabilities?.drop?.includes("ALL"),
    );
    const adding = containersWhere(pod.spec, ({ securityContext }) =>
      (securityContext?.capabilities?.add ?? []).some(isBad),
    );
    const details = [
      ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(adding.length > 0 ? [forbiddenAdditions(adding, isBad)] : []),
    ];
    return details.length === 0 ? undefined : { reason: "unrestricted capabilities", detail: details.join("; ") };
  },
};

const allowedVolumes = new Set<string>([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

const restrictedVolumes: PodSecurityCheck = {
  violation({ spec }) {
    const bad = (spec.volumes ?? []).filter(
      (volume) => !sourcesOf(volume).some((source) => allowedVolumes.has(source)),
    );
    if (bad.length === 0) return undefined;
    const types = distinct(bad.map((volume) => sourcesOf(volume)[0] ?? "unknown"));
    const volumes = `${plural("volume", bad.length)} ${quoted(bad.map(({ name }) => name))}`;
    const verb = bad.length === 1 ? "uses" : "use";
    const detail = `${volumes} ${verb} ${plural("restricted volume type", types.length)} ${quoted(types)}`;
    return { reason: "restricted volume types", detail };
  },
};

function sourcesOf(volume: Volume): readonly string[] {
  return Object.entries(volume).flatMap(([source, value]) =>
    source === "name" || value === undefined ? [] : [source],
  );
}

const runAsNonRoot: PodSecurityCheck = {
  violation({ spec }) {
    const reason = "runAsNonRoot != true";
    const { setters } = badSetters(
      spec,
      (context) => context.runAsNonRoot,
      (value) => !value,
    );
    if (setters) return { reason, detail: `${setters} must not set securityContext.runAsNonRoot=false` };
    if (spec.securityContext?.runAsNonRoot) return undefined;
    const unset = containersWhere(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
    if (unset.length === 0) return undefined;
    return { reason, detail: `pod or ${named(unset)} must set securityContext.runAsNonRoot=true` };
  },
};

const runAsUser: PodSecurityCheck = {
  since: 23,
  violation({ spec }) {
    const { setters } = badSetters(
      spec,
      (context) => context.runAsUser,
      (user) => user === 0,
    );
    return setters ? { reason: "runAsUser=0", detail: `${setters} must not set runAsUser=0` } : undefined;
  },
};

const seccompProfile: PodSecurityCheck = {
  since: 19,
  violation(pod) {
    const { spec } = pod;
    if (isWindows(pod)) return undefined;
    const explicit = unconfinedSeccomp(spec);
    if (explicit || spec.securityContext?.seccompProfile) return explicit;
    const unset = containersWhere(spec, ({ securityContext }) => !securityContext?.seccompProfile);
    if (unset.length === 0) return undefined;
    const detail = `pod or ${named(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
    return { reason: "seccompProfile", detail };
  },
};

/** Baseline rules that a stricter one takes the place of, as soon as a policy has it. */
const overridden = new Map<PodSecurityCheck, PodSecurityCheck>([
  [baselineCapabilities, capabilities],
  [hostPathVolumes, restrictedVolumes],
  [baselineSeccomp, seccompProfile],
]);

const ownChecks: readonly PodSecurityCheck[] = [
  allowPrivilegeEscalation,
  capabilities,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfile,
];

/** In the order in which messages list them. */
export function restrictedChecks(minor: number): readonly PodSecurityCheck[] {
  const kept = baselineChecks.filter(
    (check) => minor < (overridden.get(check)?.since ?? (overridden.has(check) ? 0 : Infinity)),
  );
  return [...kept, ...ownChecks.filter(({ since = 0 }) => minor >= since)];
}
