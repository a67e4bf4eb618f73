import { booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { goJson } from "../printers/go-json.ts";
import { goYaml } from "../printers/yaml.ts";
import type { Verb } from "../verb.ts";

/** The kubectl that this one stands for. */
const clientVersion = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.4",
  gitCommit: "59526cd4867447956156ae3a602fcbac10a2c335",
  gitTreeState: "clean",
  buildDate: "2025-04-22T16:03:58Z",
  goVersion: "none",
  compiler: "node",
  platform: "javascript/any",
};
const kustomizeVersion = "v5.5.0";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_version/ */
export const version: Verb = {
  names: ["version"],
  summary: "Print the client and server version information",
  flags: [...booleans("client"), ...values("output/o")],

  async run({ flags, rest, io }) {
    const output = flags.value("output") ?? "";
    if (!["", "json", "yaml"].includes(output)) throw new KubectlError("--output must be 'yaml' or 'json'");
    const client = { clientVersion, kustomizeVersion };
    // What is known without a server is told even if there is none.
    if (output === "")
      await io.out(`Client Version: ${clientVersion.gitVersion}\nKustomize Version: ${kustomizeVersion}\n`);
    const server = flags.isTrue("client") ? undefined : await rest.json<{ gitVersion: string }>("GET", "/version");
    const all = { ...client, ...(server ? { serverVersion: server } : {}) };
    if (output === "json") await io.out(`${goJson(all, "  ")}\n`);
    else if (output === "yaml") await io.out(`${goYaml(all)}\n`);
    else if (server) await io.out(`Server Version: ${server.gitVersion}\n`);
  },
};
