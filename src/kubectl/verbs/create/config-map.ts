import type { ConfigMap } from "../../../api/types.gen.ts";
import { createTyped, creationFlags, nameArgument } from "../../create-typed.ts";
import { booleans } from "../../flags.ts";
import { keyValueFlags, keyValues, refuseAppendHash, textOf } from "../../key-values.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_configmap/ */
export const configMap: Verb = {
  names: ["configmap", "cm"],
  summary: "Create a config map from a local file, directory or literal value",
  usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  flags: [...creationFlags, ...keyValueFlags, ...booleans("append-hash")],

  async run(call) {
    const name = nameArgument(call);
    refuseAppendHash(call);
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const [key, bytes] of keyValues(call)) {
      const text = textOf(bytes);
      if (text === undefined) binaryData[key] = Buffer.from(bytes).toString("base64");
      else data[key] = text;
    }
    const object: ConfigMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name },
      ...(Object.keys(data).length > 0 ? { data } : {}),
      ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
    };
    await createTyped(object, call);
  },
};
