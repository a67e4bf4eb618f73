import { type FieldError, invalid, notAllowed, required } from "../../api/status.ts";
import type { Container, HTTPGetAction, LifecycleHandler, Probe } from "../../api/types.gen.ts";
import { each, nonNegative, oneOfIfSet, requiredText } from "../field-checks.ts";
import type { NameRule } from "../names.ts";
import { portReferenceErrors } from "./validate-ports.ts";

/** Lifecycle hooks and probes. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes */
export function probeErrors(field: string, container: Container, graceSeconds: number | undefined): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const handlers = (["postStart", "preStop"] as const).flatMap((name) => {
    const handler = lifecycle?.[name];
    return handler ? handlerErrors(`${field}.lifecycle.${name}`, handler, graceSeconds) : [];
  });
  return [
    ...handlers,
    ...(livenessProbe ? killingProbeErrors(`${field}.livenessProbe`, livenessProbe) : []),
    ...(readinessProbe ? readinessErrors(`${field}.readinessProbe`, readinessProbe) : []),
    ...(startupProbe ? killingProbeErrors(`${field}.startupProbe`, startupProbe) : []),
  ];
}

/** A probe whose failure restarts the container has no use for several successes. */
function killingProbeErrors(field: string, probe: Probe): FieldError[] {
  const { successThreshold } = probe;
  return [
    ...commonErrors(field, probe),
    ...(successThreshold === 1 ? [] : [invalid(`${field}.successThreshold`, successThreshold ?? 0, "must be 1")]),
  ];
}

function readinessErrors(field: string, probe: Probe): FieldError[] {
  const seconds = probe.terminationGracePeriodSeconds;
  const path = `${field}.terminationGracePeriodSeconds`;
  return [
    ...commonErrors(field, probe),
    ...(seconds === undefined ? [] : [invalid(path, seconds, "must not be set for readinessProbes")]),
  ];
}

function commonErrors(field: string, probe: Probe): FieldError[] {
  const seconds = probe.terminationGracePeriodSeconds;
  return [
    ...handlerErrors(field, probe, undefined),
    ...nonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${field}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${field}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${field}.failureThreshold`, probe.failureThreshold),
    ...(seconds !== undefined && seconds <= 0
      ? [invalid(`${field}.terminationGracePeriodSeconds`, seconds, "must be greater than 0")]
      : []),
  ];
}

/** What a probe or a hook does: exactly one thing. Of several the first counts. */
function handlerErrors(
  field: string,
  handler: LifecycleHandler & Pick<Probe, "grpc">,
  graceSeconds: number | undefined,
): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const kinds: [string, FieldError[] | undefined][] = [
    ["exec", exec && (exec.command?.length ? [] : [required(`${field}.exec.command`)])],
    ["httpGet", httpGet && httpGetErrors(`${field}.httpGet`, httpGet)],
    ["tcpSocket", tcpSocket && portReferenceErrors(`${field}.tcpSocket.port`, tcpSocket.port)],
    ["grpc", grpc && portReferenceErrors(`${field}.grpc.port`, grpc.port)],
    ["sleep", sleep && sleepErrors(`${field}.sleep`, sleep.seconds, graceSeconds)],
  ];
  const given = kinds.filter(([, errors]) => errors !== undefined);
  if (given.length === 0) return [required(field, "must specify a handler type")];
  return given.flatMap(([name, errors], index) =>
    index === 0 ? (errors ?? []) : [notAllowed(`${field}.${name}`, "may not specify more than 1 handler type")],
  );
}

function httpGetErrors(field: string, { path, port, scheme, httpHeaders }: HTTPGetAction): FieldError[] {
  return [
    ...requiredText(`${field}.path`, path),
    ...portReferenceErrors(`${field}.port`, port),
    ...oneOfIfSet(`${field}.scheme`, scheme, ["HTTP", "HTTPS"]),
    ...each("", httpHeaders, ({ name }) =>
      headerName(name).map((problem) => invalid(`${field}.httpHeaders`, name, problem)),
    ),
  ];
}

const headerName: NameRule = (text) =>
  /^[-A-Za-z0-9]+$/u.test(text)
    ? []
    : [
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ];

function sleepErrors(field: string, seconds: number, graceSeconds: number | undefined): FieldError[] {
  if (graceSeconds === undefined || (seconds > 0 && seconds <= graceSeconds)) return [];
  const why = `must be greater than 0 and less than terminationGracePeriodSeconds (${graceSeconds}). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.`;
  return [invalid(field, seconds, why)];
}
