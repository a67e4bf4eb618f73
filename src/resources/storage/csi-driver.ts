import type { CSIDriver } from "../../api/types.gen.ts";
import { age, name } from "../columns.ts";
import type { ResourceDefinition } from "../definition.ts";
import { each, immutable, oneOf, oneOfIfSet } from "../field-checks.ts";

const fsGroupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];

/** https://kubernetes-csi.github.io/docs/csi-driver-object.html */
export const csiDrivers: ResourceDefinition<CSIDriver> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
  type: "io.k8s.api.storage.v1.CSIDriver",
  tracksGeneration: true,
  columns: [
    name,
    { name: "AttachRequired", type: "boolean", value: ({ spec }) => spec.attachRequired ?? true },
    { name: "PodInfoOnMount", type: "boolean", value: ({ spec }) => spec.podInfoOnMount ?? false },
    { name: "StorageCapacity", type: "boolean", value: ({ spec }) => spec.storageCapacity ?? false },
    { name: "TokenRequests", value: ({ spec }) => audiencesText(spec) },
    { name: "RequiresRepublish", type: "boolean", value: ({ spec }) => spec.requiresRepublish ?? false },
    { name: "Modes", value: ({ spec }) => spec.volumeLifecycleModes?.join(",") || "<none>" },
    age,
  ],

  default(driver) {
    driver.spec ??= {};
    const { spec } = driver;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
    if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
  },

  validate: ({ spec }, previous) => [
    ...oneOfIfSet("spec.fsGroupPolicy", spec.fsGroupPolicy, fsGroupPolicies),
    ...each("spec.volumeLifecycleModes", spec.volumeLifecycleModes, (mode) =>
      oneOf("spec.volumeLifecycleModes", mode, ["Ephemeral", "Persistent"]),
    ),
    ...(previous
      ? [
          ...immutable("spec.attachRequired", spec.attachRequired, previous.spec.attachRequired),
          ...immutable("spec.volumeLifecycleModes", spec.volumeLifecycleModes, previous.spec.volumeLifecycleModes),
        ]
      : []),
  ],
};

function audiencesText({ tokenRequests }: CSIDriver["spec"]): string {
  return tokenRequests ? tokenRequests.map(({ audience }) => audience).join(",") : "<unset>";
}
