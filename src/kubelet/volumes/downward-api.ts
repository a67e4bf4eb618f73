import { encodeText } from "../../api/bytes.ts";
import type { DownwardAPIVolumeFile, Pod } from "../../api/types.gen.ts";
import { fieldOf } from "../downward-api.ts";
import type { KubeletContext } from "../node-context.ts";
import { resourceFieldOf } from "../resource-field.ts";
import type { Payload } from "./payload.ts";
import type { VolumeKind } from "./volume.ts";

/** https://kubernetes.io/docs/concepts/storage/downward-api/ */
export const downwardApi: VolumeKind = {
  field: "downwardAPI",

  mount({ volume, context }) {
    const { items = [], defaultMode = 0o644 } = volume.downwardAPI ?? {};
    return { make: (pod) => downwardFiles(items, pod, { context, defaultMode }) };
  },
};

/** The pod's own fields and resources, a file each. */
export function downwardFiles(
  items: readonly DownwardAPIVolumeFile[],
  pod: Pod,
  { context, defaultMode }: { readonly context: KubeletContext; readonly defaultMode: number },
): Payload {
  return new Map(
    items.map(({ path, mode = defaultMode, fieldRef, resourceFieldRef }) => {
      const text = fieldRef
        ? fieldOf(pod, fieldRef.fieldPath, { podIp: pod.status?.podIP ?? "", hostIp: context.ip })
        : resourceFieldRef
          ? resourceFieldOf(resourceFieldRef, pod, { container: "", allocatable: context.allocatable })
          : "";
      return [path, { content: encodeText(text), mode }];
    }),
  );
}
