import type { KubeObject } from "../../api/object.ts";
import { booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { annotationsOf, lastAppliedAnnotation, lastAppliedText } from "../last-applied.ts";
import { fileFlags, manifestsOf } from "../manifest.ts";
import { sortedJson } from "../printers/go-json.ts";
import { goYaml } from "../printers/yaml.ts";
import { pathOf } from "../rest.ts";
import { dryRunFlags, dryRunOf, dryRunQuery, formatFlags, managerFlags, tellResult } from "../result.ts";
import { fetchTargets, namedTargets, selectorFlags } from "../targets.ts";
import type { Verb } from "../verb.ts";
import { noEditor } from "./edit.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/kubectl_apply_view-last-applied/ */
export const viewLastApplied: Verb = {
  names: ["view-last-applied"],
  summary: "View the latest last-applied-configuration annotations of a resource/object",
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  flags: [...fileFlags, ...selectorFlags, ...values("output/o")],

  async run(call) {
    const output = call.flags.value("output") ?? "yaml";
    if (output !== "yaml" && output !== "json") {
      throw new KubectlError(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
    }
    const raise = (error: unknown): never => {
      throw error;
    };
    for (const { object } of await fetchTargets(await namedTargets(call), call, raise)) {
      const last = annotationsOf(object)[lastAppliedAnnotation];
      if (last === undefined) continue;
      const parsed: unknown = JSON.parse(last);
      await call.io.out(output === "json" ? `${sortedJson(parsed, "  ")}\n` : goYaml(parsed));
    }
  },
};

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/kubectl_apply_set-last-applied/ */
export const setLastApplied: Verb = {
  names: ["set-last-applied"],
  summary: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
  usage: "-f FILENAME",
  flags: [...fileFlags, ...formatFlags, ...dryRunFlags, ...booleans("create-annotation")],

  async run(call) {
    const { manifests, failures } = await manifestsOf(call);
    if (failures.length > 0) throw failures[0];
    for (const { object, resource, namespace } of manifests) {
      const path = pathOf(resource, namespace, object.metadata.name);
      const current = await call.rest.json<KubeObject>("GET", path);
      const hasOne = annotationsOf(current)[lastAppliedAnnotation] !== undefined;
      if (!hasOne && !call.flags.isTrue("create-annotation")) {
        throw new KubectlError(
          `no last-applied-configuration annotation found on resource: ${object.metadata.name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      const body = { metadata: { annotations: { [lastAppliedAnnotation]: lastAppliedText(object) } } };
      const request = {
        query: dryRunQuery(call.flags),
        contentType: "application/merge-patch+json",
        body,
      };
      const isDry = dryRunOf(call.flags) === "client";
      const result = isDry ? current : await call.rest.json<KubeObject>("PATCH", path, request);
      await tellResult({ resource, object: result, did: "configured" }, call);
    }
  },
};

export const editLastApplied: Verb = {
  names: ["edit-last-applied"],
  summary: "Edit latest last-applied-configuration annotations of a resource/object",
  flags: [...fileFlags, ...formatFlags, ...managerFlags],
  run: async () => {
    throw noEditor();
  },
};
