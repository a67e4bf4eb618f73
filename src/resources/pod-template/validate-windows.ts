import { type FieldError, invalid, notAllowed, notSupported, required } from "../../api/status.ts";
import type { PodSpec, WindowsSecurityContextOptions } from "../../api/types.gen.ts";
import { check, dnsSubdomain } from "../names.ts";
import { containersOf } from "./containers-of.ts";

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/ */
export function windowsOptionErrors(field: string, options: WindowsSecurityContextOptions): FieldError[] {
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  const path = `${field}.runAsUserName`;
  return [
    ...(gmsaCredentialSpecName === undefined
      ? []
      : check(`${field}.gmsaCredentialSpecName`, gmsaCredentialSpecName, dnsSubdomain)),
    ...(gmsaCredentialSpec === undefined ? [] : credentialErrors(`${field}.gmsaCredentialSpec`, gmsaCredentialSpec)),
    ...(runAsUserName === undefined
      ? []
      : userNameProblems(runAsUserName).map((problem) => invalid(path, runAsUserName, problem))),
  ];
}

/** What a pod for Linux, or one for Windows, may not set; and HostProcess containers. */
export function operatingSystemErrors(field: string, spec: PodSpec): FieldError[] {
  return [...hostProcessErrors(field, spec), ...(spec.os ? osErrors(field, spec, spec.os.name) : [])];
}

function osErrors(field: string, spec: PodSpec, name: string): FieldError[] {
  if (!name) return [required(`${field}.os.name`, "cannot be empty")];
  if (name === "linux") return linuxErrors(field, spec);
  if (name === "windows") return windowsErrors(field, spec);
  return [notSupported(`${field}.os`, name, ["linux", "windows"])];
}

const longestCredentialBytes = 64 * 1024;

function credentialErrors(field: string, credential: string): FieldError[] {
  if (credential === "") return [invalid(field, credential, "gmsaCredentialSpec cannot be an empty string")];
  if (credential.length <= longestCredentialBytes) return [];
  return [invalid(field, credential, "gmsaCredentialSpec size must be under 64 KiB")];
}

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/u;
const dnsDomain =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/u;

/** `DOMAIN\user`, the domain being optional. */
function userNameProblems(name: string): string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  if (/\p{Cc}/u.test(name)) return ["runAsUserName cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return ["runAsUserName cannot contain more than one backslash"];
  const user = parts.at(-1) ?? "";
  const domain = parts.length === 2 ? (parts[0] ?? "") : undefined;
  const isStrange = domain !== undefined && !netBios.test(domain) && !dnsDomain.test(domain);
  return [
    ...((domain?.length ?? 0) >= 256 ? ["runAsUserName's Domain length must be under 256 characters"] : []),
    ...(isStrange ? ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"] : []),
    ...(user === "" ? ["runAsUserName's User cannot be empty"] : []),
    ...(user.length > 104 ? ["runAsUserName's User length must not be longer than 104 characters"] : []),
    ...(/^[. ]+$/u.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(/["/\\:;|=,+*?<>@[\]]/u.test(user)
      ? [String.raw`runAsUserName's User cannot contain the following characters: "/\:;|=,+*?<>@[]`]
      : []),
  ];
}

function linuxErrors(field: string, spec: PodSpec): FieldError[] {
  const why = "windows options cannot be set for a linux pod";
  const contexts = securityContexts(field, spec);
  return contexts.flatMap(({ path, context }) =>
    context["windowsOptions"] === undefined ? [] : [notAllowed(`${path}.windowsOptions`, why)],
  );
}

const notForWindowsPods = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"] as const;
const notForWindows = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "fsGroup",
  "fsGroupChangePolicy",
  "sysctls",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
  "supplementalGroups",
];

function windowsErrors(field: string, spec: PodSpec): FieldError[] {
  const why = "cannot be set for a windows pod";
  const ofPod = notForWindowsPods.filter((name) =>
    name.startsWith("host") && name !== "hostUsers" ? spec[name] : spec[name] !== undefined,
  );
  const contexts = securityContexts(field, spec);
  return [
    ...ofPod.map((name) => notAllowed(`${field}.${name}`, why)),
    ...contexts.flatMap(({ path, context }) =>
      notForWindows.filter((name) => context[name] !== undefined).map((name) => notAllowed(`${path}.${name}`, why)),
    ),
  ];
}

/** The pod's own first, then those of its containers. */
function securityContexts(
  field: string,
  spec: PodSpec,
): { path: string; context: Readonly<Record<string, unknown>> }[] {
  const containers = containersOf(field, spec).map(({ path, container }) => ({ path, holder: container }));
  return [{ path: field, holder: spec }, ...containers].map(({ path, holder }) => ({
    path: `${path}.securityContext`,
    context: (holder.securityContext ?? {}) as Readonly<Record<string, unknown>>,
  }));
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/ */
function hostProcessErrors(field: string, spec: PodSpec): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const own = containersOf(field, spec).map(({ path, container }) => ({
    path: `${path}.securityContext.windowsOptions.hostProcess`,
    value: container.securityContext?.windowsOptions?.hostProcess,
  }));
  const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
  const differing = own.filter(({ value }) => ofPod !== undefined && value !== undefined && value !== ofPod);
  const count = own.filter(({ value }) => value ?? ofPod).length;
  const mixed = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
  const network = "hostNetwork must be true if pod contains any hostProcess containers";
  return [
    ...differing.map(({ path, value }) => invalid(path, value, why)),
    ...(count > 0 && count !== own.length ? [invalid(field, "", mixed)] : []),
    ...(count > 0 && !spec.hostNetwork ? [invalid(`${field}.hostNetwork`, false, network)] : []),
  ];
}
