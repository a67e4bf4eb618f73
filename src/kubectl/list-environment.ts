import type { ConfigMap, Container, EnvVar, Secret } from "../api/types.gen.ts";
import { pathOf } from "./rest.ts";
import type { Found } from "./targets.ts";
import type { Call } from "./verb.ts";

/** `set env --list` of one container; with `--resolve` the values that references lead to. */
export async function listEnvironment(container: Container, found: Found, call: Call): Promise<void> {
  const { io } = call;
  await io.out(`# ${found.resource.kind} ${found.name}, container ${container.name}\n`);
  for (const variable of container.env ?? []) await io.out(`${await lineFor(variable, found, call)}\n`);
  for (const { prefix, configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, name] = configMapRef ? ["ConfigMap", configMapRef.name] : ["Secret", secretRef?.name];
    await io.out(`# ${prefix ?? ""}: all keys of ${kind} ${name ?? ""}\n`);
  }
}

async function lineFor(variable: EnvVar, { namespace }: Found, call: Call): Promise<string> {
  const { name, value, valueFrom } = variable;
  if (!valueFrom) return `${name}=${value ?? ""}`;
  const about = referenceText(valueFrom);
  const reference = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
  if (!call.flags.isTrue("resolve") || !reference) return `# ${name} from ${about}`;
  const type = valueFrom.configMapKeyRef ? "configmaps" : "secrets";
  const resource = await call.discovery.find(type);
  const object = await call.rest.json<ConfigMap & Secret>("GET", pathOf(resource, namespace, reference.name ?? ""));
  const text = object.data?.[reference.key] ?? "";
  return `${name}=${type === "secrets" ? Buffer.from(text, "base64").toString() : text}`;
}

function referenceText({
  configMapKeyRef,
  secretKeyRef,
  fieldRef,
  resourceFieldRef,
}: NonNullable<EnvVar["valueFrom"]>): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ""}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ""}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  return `resource field ${resourceFieldRef?.resource ?? ""}`;
}
