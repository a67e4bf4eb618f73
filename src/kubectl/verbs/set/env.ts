import type { ConfigMap, Container, EnvVar, PodSpec, Secret } from "../../../api/types.gen.ts";
import { booleans, lists, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { listEnvironment } from "../../list-environment.ts";
import { podSpecOf } from "../../pod-spec-of.ts";
import { pathOf } from "../../rest.ts";
import { changeContainers, setFlags, setPodSpecs } from "../../set-pod-spec.ts";
import { fetchTargets, namedTargets } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_env/ */
export const env: Verb = {
  names: ["env"],
  summary: "Update environment variables on a pod template",
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  flags: [
    ...setFlags,
    ...values("containers/c", "from", "prefix"),
    ...lists("keys", "env/e"),
    ...booleans("list", "resolve", "overwrite"),
  ],

  async run(call) {
    const { flags } = call;
    const { names, set, remove } = sortArguments(call);
    if (flags.isTrue("list")) return listAll(names, call);
    const from = flags.value("from");
    const added = [...set, ...(from ? await variablesFrom(from, call) : [])];
    if (added.length + remove.length === 0)
      throw new KubectlError("at least one environment variable must be provided");
    const pattern = flags.value("containers") ?? "*";
    const change = (spec: PodSpec): PodSpec => {
      const containers = changeContainers(spec.containers, pattern, (one) =>
        withVariables(one, { added, remove }, call),
      );
      return { ...spec, containers };
    };
    return setPodSpecs(names, { manager: "kubectl-set", did: "env updated", change }, call);
  },
};

interface Changes {
  readonly added: readonly EnvVar[];
  readonly remove: readonly string[];
}

function sortArguments({ flags }: Call): { names: readonly string[]; set: EnvVar[]; remove: string[] } {
  const names = flags.args.filter((arg) => !arg.includes("=") && !arg.endsWith("-"));
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const arg of [...flags.args.filter((one) => !names.includes(one)), ...flags.values("env")]) {
    const equals = arg.indexOf("=");
    if (equals > 0) set.push({ name: arg.slice(0, equals), value: arg.slice(equals + 1) });
    else if (equals < 0 && arg.endsWith("-")) remove.push(arg.slice(0, -1));
    else throw new KubectlError(`environment variables must be of the form key=value: ${arg}`);
  }
  const both = remove.find((name) => set.some((one) => one.name === name));
  if (both !== undefined)
    throw new KubectlError(`can not both modify and remove environment variable ${both} in the same command`);
  return { names, set, remove };
}

function withVariables(container: Container, { added, remove }: Changes, { flags }: Call): Container {
  const kept = (container.env ?? []).filter(({ name }) => !remove.includes(name));
  const variables: EnvVar[] = [...kept];
  for (const variable of added) {
    const at = variables.findIndex(({ name }) => name === variable.name);
    if (at < 0) variables.push(variable);
    else if (!flags.has("overwrite") || flags.isTrue("overwrite")) variables[at] = variable;
    else
      throw new KubectlError(
        `'${variable.name}' already has a value (${variables[at]?.value ?? ""}), and --overwrite is false`,
      );
  }
  const { env: _old, ...others } = container;
  return variables.length === 0 ? others : { ...others, env: variables };
}

/** `--from=configmap/name`: a reference for each key, under its name in capitals. */
async function variablesFrom(from: string, call: Call): Promise<EnvVar[]> {
  const [type = "", name = ""] = from.split("/");
  const resource = await call.discovery.find(type);
  if (resource.kind !== "ConfigMap" && resource.kind !== "Secret")
    throw new KubectlError(`unsupported resource specified in --from`);
  const object = await call.rest.json<ConfigMap | Secret>("GET", pathOf(resource, call.namespace, name));
  const wanted = call.flags.values("keys");
  const keys = Object.keys(object.data ?? {})
    .toSorted()
    .filter((key) => wanted.length === 0 || wanted.includes(key));
  const variables: EnvVar[] = [];
  for (const key of keys) {
    const variable = key.toUpperCase().replaceAll(/[^A-Z0-9_]/gu, "_");
    if (variable !== key) await call.io.err(`Warning: key ${key} transferred to ${variable}\n`);
    const reference = { name, key };
    const valueFrom = resource.kind === "ConfigMap" ? { configMapKeyRef: reference } : { secretKeyRef: reference };
    variables.push({ name: `${call.flags.value("prefix") ?? ""}${variable}`, valueFrom });
  }
  return variables;
}

async function listAll(names: readonly string[], call: Call): Promise<number> {
  const raise = (error: unknown): never => {
    throw error;
  };
  for (const found of await fetchTargets(await namedTargets(call, names), call, raise)) {
    const spec = podSpecOf(found.object);
    for (const container of spec?.containers ?? []) await listEnvironment(container, found, call);
  }
  return 0;
}
