import { copyFromPod, copyToPod, type PodFile } from "../copy-files.ts";
import { booleans, numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cp/ */
export const cp: Verb = {
  names: ["cp"],
  summary: "Copy files and directories to and from containers",
  usage: "<file-spec-src> <file-spec-dest>",
  flags: [...values("container/c"), ...booleans("no-preserve"), ...numbers("retries")],

  async run(call) {
    const [from, to, ...more] = call.flags.args;
    if (from === undefined || to === undefined || more.length > 0)
      throw new KubectlError("source and destination are required");
    const [source, target] = [fileSpec(from, call), fileSpec(to, call)];
    if (source.pod !== "" && target.pod !== "")
      throw new KubectlError("one of src or dest must be a local file specification");
    if (source.path === "" || target.path === "") throw new KubectlError("filepath can not be empty");
    if (source.pod !== "") return copyFromPod(source, target.path, call);
    if (target.pod !== "") return copyToPod(source.path, target, call);
    throw new KubectlError("one of src or dest must be a remote file specification");
  },
};

/** `path`, `pod:path`, `namespace/pod:path`. */
function fileSpec(text: string, { namespace }: Call): PodFile {
  const colon = text.indexOf(":");
  // A drive of Windows and a path with a colon are no pods.
  if (colon < 0 || /^[A-Za-z]:[\\/]/u.test(text) || /^[./]/u.test(text)) return { namespace: "", pod: "", path: text };
  const pod = text.slice(0, colon);
  const path = text.slice(colon + 1);
  const parts = pod.split("/");
  if (parts.length > 2 || pod === "")
    throw new KubectlError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  return parts.length === 2
    ? { namespace: parts[0] ?? "", pod: parts[1] ?? "", path }
    : { namespace, pod: parts[0] ?? "", path };
}
