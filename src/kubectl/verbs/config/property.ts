import type { KubeconfigDocument } from "../../../client/transport-target.ts";
import { booleans } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import type { Verb } from "../../verb.ts";
import { withEntry } from "./contexts.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_set/ */
export const setVerb: Verb = {
  names: ["set"],
  summary: "Set an individual value in a kubeconfig file",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  flags: booleans("set-raw-bytes"),

  async run({ flags, io, kubeconfig }) {
    const [property, value, ...more] = flags.args;
    if (property === undefined || value === undefined || more.length > 0) {
      throw new KubectlError(`Unexpected args: [${flags.args.join(" ")}]`);
    }
    const isBytes = flags.isTrue("set-raw-bytes") && property.endsWith("-data");
    const stored = isBytes ? Buffer.from(value).toString("base64") : value;
    kubeconfig.save((document) => withProperty(document, property, stored));
    await io.out(`Property ${JSON.stringify(property)} set.\n`);
  },
};

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_unset/ */
export const unsetVerb: Verb = {
  names: ["unset"],
  summary: "Unset an individual value in a kubeconfig file",
  usage: "PROPERTY_NAME",
  flags: [],

  async run({ flags, io, kubeconfig }) {
    const [property, ...more] = flags.args;
    if (property === undefined || more.length > 0) throw new KubectlError(`Unexpected args: [${flags.args.join(" ")}]`);
    kubeconfig.save((document) => withProperty(document, property, undefined));
    await io.out(`Property ${JSON.stringify(property)} unset.\n`);
  },
};

const lists: Readonly<Record<string, string>> = { clusters: "cluster", users: "user", contexts: "context" };

type Entry = { readonly name: string } & Readonly<Record<string, unknown>>;

/** `contexts.NAME.namespace`; a name may have dots in it. Without a value the property goes. */
function withProperty(document: KubeconfigDocument, property: string, value: string | undefined): KubeconfigDocument {
  if (property === "current-context") return { ...document, "current-context": value ?? "" };
  const [list = "", ...rest] = property.split(".");
  const word = lists[list];
  if (word === undefined || rest.length === 0)
    throw new KubectlError(`unable to parse ${property} at ${list}: not a property of a kubeconfig`);
  const all = ((document as Record<string, unknown>)[list] ?? []) as Entry[];
  if (value === undefined && all.some(({ name }) => name === rest.join("."))) {
    return { ...document, [list]: all.filter(({ name }) => name !== rest.join(".")) };
  }
  const [field = "", ...names] = rest.toReversed();
  const name = names.toReversed().join(".");
  if (name === "") throw new KubectlError(`current map key \`${field}\` is invalid`);
  const own = (all.find((one) => one.name === name)?.[word] ?? {}) as Record<string, unknown>;
  const { [field]: _old, ...others } = own;
  const changed = value === undefined ? others : { ...others, [field]: booleanOf(value) };
  return { ...document, [list]: withEntry(all, { name, [word]: changed }) };
}

function booleanOf(value: string): string | boolean {
  return value === "true" || value === "false" ? value === "true" : value;
}
