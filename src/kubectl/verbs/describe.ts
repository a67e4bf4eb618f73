import { isNotFound } from "../../api/status.ts";
import { Description } from "../describe/description.ts";
import { describeEvents, eventsAbout } from "../describe/events.ts";
import { describeGeneric } from "../describe/generic.ts";
import { describers } from "../describe/index.ts";
import { Failures } from "../failures.ts";
import { booleans, numbers } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { fetchTargets, type Found, namedTargets, selectorFlags, type Target, targetsOf } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_describe/ */
export const describe: Verb = {
  names: ["describe"],
  summary: "Show details of a specific resource or group of resources",
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  flags: [...fileFlags, ...selectorFlags, ...booleans("show-events"), ...numbers("chunk-size")],

  async run(call) {
    const { flags, io } = call;
    const fromFiles = flags.has("filename") || flags.has("kustomize");
    if (flags.args.length === 0 && !fromFiles) {
      throw new KubectlError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    const failures = new Failures();
    const targets = fromFiles ? await namedTargets(call) : await targetsOf(flags.args, call);
    const { found, byPrefix } = await findAll(targets, call, failures);
    for (const [index, one] of found.entries()) {
      await failures.attempt(async () => io.out(`${index > 0 ? "\n\n" : ""}${await describeOne(one, call)}`));
    }
    for (const one of byPrefix) await failures.attempt(async () => io.out(`${await describeOne(one, call)}\n`));
    if (found.length + byPrefix.length === 0 && !failures.some) {
      const where = flags.isTrue("all-namespaces") ? "" : ` in ${call.namespace} namespace.`;
      await io.err(`No resources found${where}\n`);
    }
    failures.raise();
    return 0;
  },
};

/** A name that is not there stands for all that begin with it. */
async function findAll(
  targets: readonly Target[],
  call: Call,
  failures: Failures,
): Promise<{ found: readonly Found[]; byPrefix: readonly Found[] }> {
  const found: Found[] = [];
  const byPrefix: Found[] = [];
  for (const target of targets) {
    const missing: unknown[] = [];
    found.push(...(await fetchTargets([target], call, (error) => missing.push(error))));
    for (const error of missing) {
      const prefix = target.name ?? "";
      const alike =
        isNotFound(error) && prefix !== ""
          ? await fetchTargets([{ ...target, name: undefined }], call, failures.add)
          : [];
      const matching = alike.filter(({ name }) => name.startsWith(prefix));
      if (matching.length > 0) byPrefix.push(...matching);
      else failures.add(error);
    }
  }
  return { found, byPrefix };
}

async function describeOne(found: Found, call: Call): Promise<string> {
  const { object, resource } = found;
  const to = new Description();
  const now = call.clock.now();
  const own = describers.find(({ group, kind }) => group === resource.group && kind === resource.kind);
  if (own) await own.describe(object as never, { to, call, found, now });
  else describeGeneric(object, to);
  const showsEvents = !call.flags.has("show-events") || call.flags.isTrue("show-events");
  if (showsEvents && !own?.withoutEvents) describeEvents(await eventsAbout(object, call), now, to);
  return to.aligned;
}
