import {
  duplicate,
  type FieldError,
  invalid,
  missingReference,
  notAllowed,
  notSupported,
  required,
} from "../../api/status.ts";
import type { Container, EphemeralContainer, PodSpec } from "../../api/types.gen.ts";
import { each, oneOf, requiredText } from "../field-checks.ts";
import { check, dnsLabel } from "../names.ts";
import { environmentErrors, environmentFromErrors } from "./validate-environment.ts";
import { hostPortErrors, portErrors } from "./validate-ports.ts";
import { probeErrors } from "./validate-probes.ts";
import { resourceErrors } from "./validate-resources.ts";
import { securityContextErrors } from "./validate-security-context.ts";
import { mountErrors, type Volumes } from "./validate-volume-mounts.ts";

/** What is wrong with a pod's containers; `field` is the path of its spec. */
export function containerErrors(field: string, spec: PodSpec, volumes: Volumes): FieldError[] {
  return [
    ...mainErrors(`${field}.containers`, spec, volumes),
    ...initErrors(`${field}.initContainers`, spec, volumes),
    ...ephemeralErrors(`${field}.ephemeralContainers`, spec, volumes),
  ];
}

function mainErrors(field: string, spec: PodSpec, volumes: Volumes): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  return [
    ...each(field, containers, (container, path) => [
      ...commonErrors(path, container, volumes),
      ...uniqueNameErrors(`${path}.name`, container.name, names),
      ...probeErrors(path, container, spec.terminationGracePeriodSeconds),
      ...(container.restartPolicy === undefined
        ? []
        : [notAllowed(`${path}.restartPolicy`, "may not be set for non-init containers")]),
    ]),
    ...hostPortErrors(field, containers),
  ];
}

/** Init containers run one by one, so that their ports cannot clash; sidecars may have probes and hooks. */
function initErrors(field: string, spec: PodSpec, volumes: Volumes): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name }) => name));
  return each(field, spec.initContainers, (container, path) => {
    const { restartPolicy } = container;
    const isSidecar = restartPolicy === "Always";
    return [
      ...commonErrors(path, container, volumes),
      ...(restartPolicy === undefined || isSidecar
        ? []
        : [notSupported(`${path}.restartPolicy`, restartPolicy, ["Always"])]),
      ...uniqueNameErrors(`${path}.name`, container.name, names),
      ...hostPortErrors(field, [container]),
      ...(isSidecar ? probeErrors(path, container, spec.terminationGracePeriodSeconds) : hookErrors(path, container)),
    ];
  });
}

function hookErrors(field: string, container: Container): FieldError[] {
  const hooks = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;
  return hooks
    .filter((hook) => container[hook] !== undefined)
    .map((hook) => notAllowed(`${field}.${hook}`, "may not be set for init containers without restartPolicy=Always"));
}

/** https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/ */
function ephemeralErrors(field: string, spec: PodSpec, volumes: Volumes): FieldError[] {
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  return each(field, spec.ephemeralContainers, (container, path) => [
    ...commonErrors(path, container, volumes),
    ...imageSpaceErrors(`${path}.image`, container.image),
    ...uniqueNameErrors(`${path}.name`, container.name, names),
    ...targetErrors(`${path}.targetContainerName`, container.targetContainerName, others),
    ...tooMuchErrors(path, container),
  ]);
}

function targetErrors(field: string, target: string | undefined, others: readonly string[]): FieldError[] {
  if (!target || others.includes(target)) return [];
  return [missingReference(field, target)];
}

const notForEphemeral = [
  "ports",
  "resources",
  "restartPolicy",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;

function tooMuchErrors(field: string, container: EphemeralContainer): FieldError[] {
  const why = "cannot be set for an Ephemeral Container";
  const isSet = (value: unknown): boolean =>
    typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value !== undefined;
  const paths = ["subPath", "subPathExpr"] as const;
  return [
    ...notForEphemeral.filter((name) => isSet(container[name])).map((name) => notAllowed(`${field}.${name}`, why)),
    ...each(`${field}.volumeMounts`, container.volumeMounts, (mount, path) =>
      paths.filter((name) => mount[name]).map((name) => notAllowed(`${path}.${name}`, why)),
    ),
  ];
}

function commonErrors(field: string, container: Container | EphemeralContainer, volumes: Volumes): FieldError[] {
  const { name, image, resources, securityContext } = container;
  return [
    ...(name ? check(`${field}.name`, name, dnsLabel) : [required(`${field}.name`)]),
    ...requiredText(`${field}.image`, image),
    ...oneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      "File",
      "FallbackToLogsOnError",
    ]),
    ...portErrors(`${field}.ports`, container.ports),
    ...environmentErrors(`${field}.env`, container.env),
    ...environmentFromErrors(`${field}.envFrom`, container.envFrom),
    ...mountErrors(field, container, volumes),
    ...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ["Always", "IfNotPresent", "Never"]),
    ...(resources ? resourceErrors(`${field}.resources`, resources) : []),
    ...(securityContext ? securityContextErrors(`${field}.securityContext`, securityContext) : []),
  ];
}

/** Pod templates may hold a blank as a token for something to be filled in; pods may not. */
export function imageSpaceErrors(field: string, image: string | undefined): FieldError[] {
  if (!image || image === image.trim()) return [];
  return [invalid(field, image, "must not have leading or trailing whitespace")];
}

function uniqueNameErrors(field: string, name: string, names: Set<string>): FieldError[] {
  if (!name) return [];
  if (names.has(name)) return [duplicate(field, name)];
  names.add(name);
  return [];
}
