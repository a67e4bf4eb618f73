import { versionOf } from "../discovery.ts";
import { byBytes } from "../printers/go-json.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_api-versions/ */
export const apiVersions: Verb = {
  names: ["api-versions"],
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  flags: [],

  async run({ discovery, io }) {
    const versions = new Set((await discovery.all()).map((one) => versionOf(one)));
    for (const version of [...versions].toSorted(byBytes)) await io.out(`${version}\n`);
  },
};
