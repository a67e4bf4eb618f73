import { duplicate, type FieldError, invalid, required } from "../../api/status.ts";
import type { Container, ContainerPort } from "../../api/types.gen.ts";
import { each, oneOf } from "../field-checks.ts";
import { check, portName, portNumberProblems } from "../names.ts";

export function portErrors(field: string, ports: readonly ContainerPort[] | undefined): FieldError[] {
  const names = new Set<string>();
  return each(field, ports, ({ name, containerPort, hostPort, protocol }, path) => [
    ...nameErrors(`${path}.name`, name, names),
    ...(containerPort ? numberErrors(`${path}.containerPort`, containerPort) : [required(`${path}.containerPort`)]),
    ...(hostPort ? numberErrors(`${path}.hostPort`, hostPort) : []),
    ...oneOf(`${path}.protocol`, protocol, ["SCTP", "TCP", "UDP"]),
  ]);
}

/** A port of the node can be had once. */
export function hostPortErrors(field: string, containers: readonly Container[]): FieldError[] {
  const taken = new Set<string>();
  return each(field, containers, ({ ports }, path) =>
    each(`${path}.ports`, ports, ({ hostPort, hostIP = "", protocol = "" }, portPath) => {
      if (!hostPort) return [];
      const id = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(id)) return [duplicate(`${portPath}.hostPort`, id)];
      taken.add(id);
      return [];
    }),
  );
}

/** A number, or the name of one of the container's ports. */
export function portReferenceErrors(field: string, port: number | string | undefined): FieldError[] {
  return typeof port === "string" ? check(field, port, portName) : numberErrors(field, port ?? 0);
}

function numberErrors(field: string, port: number): FieldError[] {
  return portNumberProblems(port).map((problem) => invalid(field, port, problem));
}

function nameErrors(field: string, name: string | undefined, known: Set<string>): FieldError[] {
  if (!name) return [];
  const errors = check(field, name, portName);
  if (errors.length > 0) return errors;
  if (known.has(name)) return [duplicate(field, name)];
  known.add(name);
  return [];
}
