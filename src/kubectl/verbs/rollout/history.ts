import { Description } from "../../describe/description.ts";
import { describePodTemplate } from "../../describe/pod-template.ts";
import { Failures } from "../../failures.ts";
import { numbers, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { nameOf } from "../../manifest.ts";
import { printObject } from "../../printers/print-object.ts";
import { describeStops, tabulate } from "../../printers/tabulate.ts";
import { type Revision, revisionsOf } from "../../revisions.ts";
import { noRevisions, rolloutFlags, rolloutTargets } from "../../rollout-targets.ts";
import type { Found } from "../../targets.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_history/ */
export const history: Verb = {
  names: ["history"],
  summary: "View rollout history",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: [...rolloutFlags, ...numbers("revision"), ...values("output/o", "template")],

  async run(call) {
    const revision = call.flags.number("revision") ?? 0;
    if (revision < 0) throw new KubectlError(`revision must be a positive integer: ${revision}`);
    const failures = new Failures();
    for (const found of await rolloutTargets(call, failures)) {
      await failures.attempt(() => tell(found, revision, call));
    }
    failures.raise();
    return 0;
  },
};

async function tell(found: Found, number: number, call: Call): Promise<void> {
  const revisions = await revisionsOf(found.object, call);
  if (!revisions) throw noRevisions(found, "history");
  const wanted = revisions.find((one) => one.number === number);
  if (number > 0 && !wanted) throw new KubectlError("unable to find the specified revision");
  const output = call.flags.value("output");
  if (output) {
    const shown = wanted ?? revisions.at(-1);
    if (shown) await call.io.out(printObject(shown.keeper, output));
    return;
  }
  const name = nameOf(found.resource, found.name);
  const text = wanted ? `${name} with revision #${number}\n${detail(wanted)}` : `${name} \n${list(revisions)}`;
  await call.io.out(`${text}\n`);
}

/** With its tabs, as kubectl leaves them. */
function detail({ template }: Revision): string {
  const to = new Description();
  describePodTemplate(template, to);
  return to.raw;
}

function list(revisions: readonly Revision[]): string {
  const rows = revisions.map(({ number, changeCause }) => `${number}\t${changeCause}\n`);
  return tabulate(`REVISION\tCHANGE-CAUSE\n${rows.join("")}`, describeStops);
}
