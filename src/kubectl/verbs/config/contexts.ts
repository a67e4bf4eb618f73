import { booleans, values } from "../../flags.ts";
import { contextNamed } from "../../kubeconfig.ts";
import { KubectlError, usageError } from "../../kubectl-error.ts";
import { tableStops, tabulate } from "../../printers/tabulate.ts";
import type { Call, Verb } from "../../verb.ts";

const currentContext: Verb = {
  names: ["current-context"],
  summary: "Display the current-context",
  flags: [],

  async run({ io, kubeconfig }) {
    const name = kubeconfig.document["current-context"];
    if (!name) throw new KubectlError("current-context is not set");
    await io.out(`${name}\n`);
  },
};

const getContexts: Verb = {
  names: ["get-contexts"],
  summary: "Describe one or many contexts",
  usage: "[(-o|--output=)name)]",
  flags: [...values("output/o"), ...booleans("no-headers")],

  async run({ flags, io, kubeconfig }) {
    const { document } = kubeconfig;
    const output = flags.value("output") ?? "";
    if (output !== "" && output !== "name") throw new KubectlError(`output must be one of '' or 'name': ${output}`);
    const all = (document.contexts ?? []).map(({ name }) => name).toSorted();
    const missing = flags.args.filter((name) => !all.includes(name));
    const names = flags.args.length === 0 ? all : flags.args.filter((name) => all.includes(name));
    if (output === "name") await io.out(names.map((name) => `${name}\n`).join(""));
    else {
      const rows = names.map((name) => {
        const { cluster, user, namespace } = contextNamed(document, name) ?? {};
        const mark = name === kubeconfig.context ? "*" : "";
        return [mark, name, ...[cluster, user, namespace].map((field) => (typeof field === "string" ? field : ""))];
      });
      const header = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
      const lines = [...(flags.isTrue("no-headers") ? [] : [header]), ...rows];
      await io.out(tabulate(lines.map((line) => `${line.join("\t")}\n`).join(""), tableStops));
    }
    if (missing.length > 0) throw new KubectlError(missing.map((name) => `context ${name} not found`).join("\n"));
  },
};

const useContext: Verb = {
  names: ["use-context", "use"],
  summary: "Set the current-context in a kubeconfig file",
  usage: "CONTEXT_NAME",
  flags: [],

  async run(call) {
    const name = oneName(call);
    if (!contextNamed(call.kubeconfig.document, name))
      throw new KubectlError(`no context exists with the name: ${JSON.stringify(name)}`);
    call.kubeconfig.save((document) => ({ ...document, "current-context": name }));
    await call.io.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
};

const setContext: Verb = {
  names: ["set-context"],
  summary: "Set a context entry in kubeconfig",
  usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  flags: booleans("current"),

  async run(call) {
    const { flags, io, kubeconfig } = call;
    const [given, ...more] = flags.args;
    const isCurrent = flags.isTrue("current");
    if (more.length > 0) throw new KubectlError(`Unexpected args: [${flags.args.join(" ")}]`);
    if (isCurrent && given !== undefined)
      throw new KubectlError("you cannot specify both a context name and --current");
    const name = isCurrent ? kubeconfig.document["current-context"] : given;
    if (isCurrent && !name) throw new KubectlError("no current context is set");
    if (!name) throw new KubectlError("you must specify a non-empty context name or --current");
    const own = contextNamed(kubeconfig.document, name);
    const context = { ...own, ...changes(call) };
    kubeconfig.save((document) => ({ ...document, contexts: withEntry(document.contexts, { name, context }) }));
    await io.out(`Context ${JSON.stringify(name)} ${own ? "modified" : "created"}.\n`);
  },
};

function changes({ flags }: Call): Record<string, string> {
  const found = ["cluster", "user", "namespace"].flatMap((field): [string, string][] => {
    const value = flags.value(field);
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(found);
}

const renameContext: Verb = {
  names: ["rename-context"],
  summary: "Rename a context from the kubeconfig file",
  usage: "CONTEXT_NAME NEW_NAME",
  flags: [],

  async run({ flags, io, kubeconfig, verb }) {
    const [from, to] = flags.args;
    if (from === undefined || to === undefined || flags.args.length > 2)
      throw usageError(verb, "accepts 2 arg(s), received " + String(flags.args.length));
    const { document } = kubeconfig;
    if (!contextNamed(document, from)) {
      throw new KubectlError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${kubeconfig.path}`);
    }
    if (contextNamed(document, to)) {
      throw new KubectlError(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${kubeconfig.path}`,
      );
    }
    kubeconfig.save((file) => ({
      ...file,
      contexts: (file.contexts ?? []).map((one) => (one.name === from ? { ...one, name: to } : one)),
      ...(file["current-context"] === from ? { "current-context": to } : {}),
    }));
    await io.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
};

const deleteContext: Verb = {
  names: ["delete-context"],
  summary: "Delete the specified context from the kubeconfig",
  usage: "NAME",
  flags: [],

  async run(call) {
    const { io, kubeconfig } = call;
    const name = oneName(call);
    if (!contextNamed(kubeconfig.document, name))
      throw new KubectlError(`cannot delete context ${name}, not in ${kubeconfig.path}`);
    if (kubeconfig.document["current-context"] === name) {
      await io.err(
        'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
      );
    }
    kubeconfig.save((document) => ({
      ...document,
      contexts: (document.contexts ?? []).filter((one) => one.name !== name),
    }));
    await io.out(`deleted context ${name} from ${kubeconfig.path}\n`);
  },
};

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/ */
export const contextVerbs: readonly Verb[] = [
  currentContext,
  deleteContext,
  getContexts,
  renameContext,
  setContext,
  useContext,
];

function oneName({ flags, verb }: Call): string {
  const [name, ...more] = flags.args;
  if (name === undefined || more.length > 0) throw usageError(verb, `Unexpected args: [${flags.args.join(" ")}]`);
  return name;
}

/** A list with one entry put in, in the place of the one of its name. */
export function withEntry<T extends { readonly name: string }>(entries: readonly T[] | undefined, entry: T): T[] {
  const all = entries ?? [];
  return all.some(({ name }) => name === entry.name)
    ? all.map((one) => (one.name === entry.name ? entry : one))
    : [...all, entry];
}
