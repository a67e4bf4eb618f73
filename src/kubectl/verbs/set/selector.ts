import type { Service } from "../../../api/types.gen.ts";
import { recordFlags, withChangeCause } from "../../change-cause.ts";
import { Failures } from "../../failures.ts";
import { values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { tellResult } from "../../result.ts";
import { labelSelectorFrom } from "../../selector-text.ts";
import { setFlags, setTargets } from "../../set-pod-spec.ts";
import { sendChange } from "../../two-way.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_selector/ */
export const selector: Verb = {
  names: ["selector"],
  summary: "Set the selector on a resource",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  flags: [...setFlags.filter(({ name }) => name !== "selector"), ...recordFlags, ...values("resource-version")],

  async run(call) {
    const { args } = call.flags;
    const text = args.at(-1);
    if (text === undefined)
      throw new KubectlError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    const { matchLabels, matchExpressions } = labelSelectorFrom(text);
    if (matchExpressions) {
      throw new KubectlError(`match expression ${JSON.stringify(matchExpressions)} not supported on this object`);
    }
    const failures = new Failures();
    for (const found of await setTargets(args.slice(0, -1), call, failures)) {
      await failures.attempt(async () => {
        if (found.resource.kind !== "Service")
          throw new KubectlError("setting a selector is only supported for Services");
        const service = found.object as Service;
        const version = call.flags.value("resource-version");
        const metadata = version ? { ...service.metadata, resourceVersion: version } : service.metadata;
        const changed = { ...service, metadata, spec: { ...service.spec, selector: matchLabels ?? {} } };
        const after = withChangeCause(changed, call);
        const isLocal = call.flags.isTrue("local");
        const object = isLocal
          ? after
          : ((await sendChange(found, { after, manager: "kubectl-set" }, call)) ?? service);
        await tellResult({ resource: found.resource, object, did: "selector updated" }, call);
      });
    }
    failures.raise();
    return 0;
  },
};
