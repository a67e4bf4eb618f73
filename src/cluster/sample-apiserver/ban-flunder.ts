import { forbidden } from "../../api/status.ts";
import type { AdmissionStep } from "../../apiserver/admission/admission.ts";
import { type Fischer, fischers } from "./flunders.ts";

/** No Flunder may have a name that a Fischer disallows. */
export const banFlunder: AdmissionStep = {
  name: "BanFlunder",
  admit({ operation, resource, object, registry }) {
    if (operation !== "CREATE" || resource.kind !== "Flunder") return;
    const banned = (registry.list(fischers) as readonly Fischer[]).flatMap(
      ({ disallowedFlunders = [] }) => disallowedFlunders,
    );
    const { name } = object.metadata;
    if (!banned.includes(name)) return;
    throw forbidden(resource, name, "this name may not be used, please change the resource name");
  },
};
