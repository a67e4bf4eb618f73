import type { KubeconfigDocument } from "../../../client/transport-target.ts";
import { booleans, values } from "../../flags.ts";
import { contextNamed } from "../../kubeconfig.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { printObject } from "../../printers/print-object.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_view/ */
export const view: Verb = {
  names: ["view"],
  summary: "Display merged kubeconfig settings or a specified kubeconfig file",
  flags: [
    ...booleans("raw", "flatten", "minify", "merge", "allow-missing-template-keys"),
    ...values("output/o", "template"),
  ],

  async run(call) {
    const { flags, io, kubeconfig } = call;
    const document = flags.isTrue("minify") ? minified(kubeconfig.document, call) : kubeconfig.document;
    const shown = wholeConfig(document, flags.isTrue("raw") || flags.isTrue("flatten"));
    const options = { typed: true, flags, template: flags.value("template") };
    await io.out(
      printObject(shown, flags.value("output") ?? (flags.has("template") ? "go-template" : "yaml"), options),
    );
  },
};

/** Only what the context in use needs. */
function minified(document: KubeconfigDocument, { kubeconfig }: Call): KubeconfigDocument {
  const name = kubeconfig.context;
  const context = contextNamed(document, name);
  if (name === "") throw new KubectlError("current-context must exist in order to minify");
  if (!context) throw new KubectlError(`cannot locate context ${name}`);
  return {
    clusters: (document.clusters ?? []).filter((one) => one.name === context["cluster"]),
    users: (document.users ?? []).filter((one) => one.name === context["user"]),
    contexts: (document.contexts ?? []).filter((one) => one.name === name),
    "current-context": name,
  };
}

const secrets: Readonly<Record<string, string>> = {
  "certificate-authority-data": "DATA+OMITTED",
  "client-certificate-data": "DATA+OMITTED",
  "client-key-data": "DATA+OMITTED",
  token: "REDACTED",
  password: "REDACTED",
};

function wholeConfig({ clusters, users, contexts, ...document }: KubeconfigDocument, raw: boolean): object {
  const sorted = <T extends { readonly name: string }>(entries: readonly T[] | undefined): T[] | null =>
    entries && entries.length > 0 ? entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : null;
  const told = (entry: Readonly<Record<string, unknown>>): object =>
    raw ? entry : Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, secrets[key] ?? value]));
  return {
    kind: "Config",
    apiVersion: "v1",
    preferences: {},
    clusters:
      sorted(clusters)?.map(({ name, cluster }) => ({ name, cluster: told(ordered(cluster, ["server"])) })) ?? null,
    users: sorted(users)?.map(({ name, user }) => ({ name, user: told(user) })) ?? null,
    contexts:
      sorted(contexts)?.map(({ name, context }) => ({ name, context: ordered(context, ["cluster", "user"]) })) ?? null,
    "current-context": document["current-context"] ?? "",
  };
}

/** Some fields first, as the struct has them. */
function ordered(entry: Readonly<Record<string, unknown>>, first: readonly string[]): Record<string, unknown> {
  const head = first.filter((key) => key in entry).map((key) => [key, entry[key]] as const);
  return { ...Object.fromEntries(head), ...entry };
}
