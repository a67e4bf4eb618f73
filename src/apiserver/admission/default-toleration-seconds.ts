import type { Mutable } from "../../api/object.ts";
import type { Pod } from "../../api/types.gen.ts";
import type { AdmissionStep } from "./admission.ts";

const seconds = 300;
const keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** A pod stays five minutes on a node that is lost, unless it says otherwise. */
export const defaultTolerationSeconds: AdmissionStep = {
  name: "DefaultTolerationSeconds",

  admit({ resource, object }) {
    if (resource.plural !== "pods" || resource.group !== "") return;
    const { spec } = object as Mutable<Pod>;
    const tolerations = spec.tolerations ?? [];
    const missing = keys.filter(
      (key) => !tolerations.some((one) => (one.key === key || !one.key) && (!one.effect || one.effect === "NoExecute")),
    );
    if (missing.length === 0) return;
    const added = missing.map((key) => ({
      key,
      operator: "Exists" as const,
      effect: "NoExecute" as const,
      tolerationSeconds: seconds,
    }));
    spec.tolerations = [...tolerations, ...added];
  },
};
