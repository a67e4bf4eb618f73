import type { PodSpec } from "../../../api/types.gen.ts";
import { recordFlags } from "../../change-cause.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { changeContainers, setFlags, setPodSpecs } from "../../set-pod-spec.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_image/ */
export const image: Verb = {
  names: ["image"],
  summary: "Update the image of a pod template",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  flags: [...setFlags, ...recordFlags],

  async run(call) {
    const { args } = call.flags;
    const pairs = args.filter((arg) => arg.includes("=")).map((arg) => arg.split("=", 2) as [string, string]);
    const names = args.filter((arg) => !arg.includes("="));
    if (pairs.length === 0 && (names.length > 0 || call.flags.has("filename"))) {
      throw new KubectlError("at least one image update is required");
    }
    const change = (spec: PodSpec): PodSpec => pairs.reduce((now, [name, to]) => withImage(now, name, to), spec);
    return setPodSpecs(names, { manager: "kubectl-set", did: "image updated", change }, call);
  },
};

function withImage(spec: PodSpec, name: string, to: string): PodSpec {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  if (name !== "*" && !all.some((container) => container.name === name)) {
    throw new KubectlError(`unable to find container named ${JSON.stringify(name)}`);
  }
  const containers = changeContainers(spec.containers, name, (container) => ({ ...container, image: to }));
  if (!spec.initContainers) return { ...spec, containers };
  const initContainers = changeContainers(spec.initContainers, name, (container) => ({ ...container, image: to }));
  return { ...spec, initContainers, containers };
}
