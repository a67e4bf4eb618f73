import { booleans } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { formatFlags, managerFlags } from "../result.ts";
import { fetchTargets, namedTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

/** This kubectl starts no other programs. */
export function noEditor(): KubectlError {
  return new KubectlError(
    "unable to launch the editor: this kubectl has none; save the object with 'kubectl get -o yaml', change it and run 'kubectl apply -f', or use 'kubectl patch'",
  );
}

/** Not offered: it would need an editor. https://kubernetes.io/docs/reference/kubectl/generated/kubectl_edit/ */
export const edit: Verb = {
  names: ["edit"],
  summary: "Edit a resource on the server (not offered by this kubectl)",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  flags: [
    ...fileFlags,
    ...formatFlags,
    ...managerFlags,
    ...booleans("output-patch", "save-config", "windows-line-endings"),
  ],

  async run(call) {
    const raise = (error: unknown): never => {
      throw error;
    };
    await fetchTargets(await namedTargets(call), call, raise);
    throw noEditor();
  },
};
