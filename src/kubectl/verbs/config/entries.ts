import { booleans, values } from "../../flags.ts";
import { readBytes } from "../../key-values.ts";
import { KubectlError, usageError } from "../../kubectl-error.ts";
import type { Call, Verb } from "../../verb.ts";
import { withEntry } from "./contexts.ts";

interface Kind {
  readonly list: "clusters" | "users";
  /** `cluster`, `user` */
  readonly word: string;
}

const clusters: Kind = { list: "clusters", word: "cluster" };
const users: Kind = { list: "users", word: "user" };

/** Commands about the clusters and the users of a kubeconfig. */
export const entryVerbs: readonly Verb[] = [
  listVerb(clusters),
  listVerb(users),
  deleteVerb(clusters),
  deleteVerb(users),
  {
    names: ["set-cluster"],
    summary: "Set a cluster entry in kubeconfig",
    usage:
      "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true]",
    flags: [...booleans("embed-certs"), ...values("proxy-url")],
    async run(call) {
      const { flags, kubeconfig, io } = call;
      const name = oneName(call);
      const own = kubeconfig.document.clusters?.find((one) => one.name === name)?.cluster;
      const insecure = flags.has("insecure-skip-tls-verify")
        ? { "insecure-skip-tls-verify": flags.isTrue("insecure-skip-tls-verify") }
        : {};
      const cluster = {
        ...own,
        ...given(["server", "tls-server-name", "proxy-url"], call),
        ...certificates(["certificate-authority"], call),
        ...insecure,
      };
      kubeconfig.save((document) => ({ ...document, clusters: withEntry(document.clusters, { name, cluster }) }));
      await io.out(`Cluster ${JSON.stringify(name)} set.\n`);
    },
  },
  {
    names: ["set-credentials"],
    summary: "Set a user entry in kubeconfig",
    usage:
      "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]",
    flags: [...booleans("embed-certs"), ...values("username", "password")],
    async run(call) {
      const { kubeconfig, io } = call;
      const name = oneName(call);
      const own = kubeconfig.document.users?.find((one) => one.name === name)?.user;
      const user = {
        ...own,
        ...given(["token", "username", "password"], call),
        ...certificates(["client-certificate", "client-key"], call),
      };
      kubeconfig.save((document) => ({ ...document, users: withEntry(document.users, { name, user }) }));
      await io.out(`User ${JSON.stringify(name)} set.\n`);
    },
  },
];

function listVerb({ list }: Kind): Verb {
  return {
    names: [`get-${list}`],
    summary: `Display ${list} defined in the kubeconfig`,
    flags: [],
    async run({ io, kubeconfig }) {
      const names = (kubeconfig.document[list] ?? []).map(({ name }) => `${name}\n`).toSorted();
      await io.out(`NAME\n${names.join("")}`);
    },
  };
}

function deleteVerb({ list, word }: Kind): Verb {
  return {
    names: [`delete-${word}`],
    summary: `Delete the specified ${word} from the kubeconfig`,
    usage: "NAME",
    flags: [],
    async run(call) {
      const { io, kubeconfig } = call;
      const name = oneName(call);
      const isKnown = (kubeconfig.document[list] ?? []).some((one) => one.name === name);
      if (!isKnown) throw new KubectlError(`cannot delete ${word} ${name}, not in ${kubeconfig.path}`);
      kubeconfig.save((document) => ({
        ...document,
        [list]: (document[list] ?? []).filter((one) => one.name !== name),
      }));
      await io.out(`deleted ${word} ${name} from ${kubeconfig.path}\n`);
    },
  };
}

function oneName({ flags, verb }: Call): string {
  const [name, ...more] = flags.args;
  if (name === undefined || more.length > 0) throw usageError(verb, `Unexpected args: [${flags.args.join(" ")}]`);
  return name;
}

function given(names: readonly string[], { flags }: Call): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = flags.value(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Names of files; with `--embed-certs` what is in them. */
function certificates(names: readonly string[], call: Call): Record<string, string> {
  const found = Object.entries(given(names, call));
  if (!call.flags.isTrue("embed-certs")) return Object.fromEntries(found);
  return Object.fromEntries(
    found.map(([name, path]) => [`${name}-data`, Buffer.from(readBytes(path, call.io)).toString("base64")]),
  );
}
