import type { KubeObject } from "../../api/object.ts";
import { isNotFound } from "../../api/status.ts";
import { Failures } from "../failures.ts";
import { booleans, lists, numbers, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags, readableManifests } from "../manifest.ts";
import { printList } from "../print-list.ts";
import { printTables } from "../print-tables.ts";
import { selectorFlags, listTarget, type Target, targetPath, targetsOf } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";
import { watchTarget } from "../watch-target.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_get/ */
export const get: Verb = {
  names: ["get"],
  summary: "Display one or many resources",
  usage: "[(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
  flags: [
    ...fileFlags,
    ...selectorFlags.filter(({ name }) => name !== "all"),
    ...values("output/o", "template", "sort-by", "raw", "subresource"),
    ...booleans("watch/w", "watch-only", "output-watch-events", "no-headers", "show-labels", "show-kind"),
    ...booleans("ignore-not-found", "show-managed-fields", "allow-missing-template-keys", "server-print"),
    ...lists("label-columns/L"),
    ...numbers("chunk-size"),
  ],

  async run(call) {
    const { flags } = call;
    const raw = flags.value("raw");
    if (raw !== undefined) return printRaw(raw, call);
    if (flags.args.length === 0 && !flags.has("filename") && !flags.has("kustomize")) throw nothingNamed;
    checkCombinations(call);
    const targets = flags.has("filename") || flags.has("kustomize") ? await fileTargets(call) : await getTargets(call);
    if (flags.isTrue("watch") || flags.isTrue("watch-only")) return watchTarget(targets, call);
    const output = flags.value("output") || (flags.has("template") ? "go-template" : "");
    return output === "" || output === "wide" ? printTables(targets, call) : printAll(targets, output, call);
  },
};

const nothingNamed = new KubectlError(
  `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
  { bare: true },
);

function checkCombinations({ flags }: Call): void {
  const output = flags.value("output");
  if (flags.isTrue("show-labels") && output !== undefined && output !== "wide") {
    throw new KubectlError("--show-labels option cannot be used with " + output + " printer");
  }
  if (flags.isTrue("output-watch-events") && !flags.isTrue("watch") && !flags.isTrue("watch-only")) {
    throw new KubectlError("--output-watch-events option can only be used with --watch or --watch-only");
  }
}

async function getTargets(call: Call): Promise<readonly Target[]> {
  const targets = await targetsOf(call.flags.args, call);
  if (call.flags.value("subresource") && targets.some(({ name }) => name === undefined))
    throw new KubectlError("subresource cannot be used when bulk resources are specified");
  if (call.flags.has("selector") && targets.some(({ name }) => name !== undefined)) {
    throw new KubectlError("name cannot be provided when a selector is specified");
  }
  return targets;
}

async function printRaw(path: string, { rest, io, flags }: Call): Promise<void> {
  if (flags.args.length > 0) throw new KubectlError("arguments may not be passed when --raw is specified");
  for await (const bytes of await rest.stream("GET", path, { raw: true })) await io.out(bytes);
}

async function fileTargets(call: Call): Promise<readonly Target[]> {
  const manifests = await readableManifests(call);
  return manifests.map(({ object, resource, namespace }) => ({ resource, namespace, name: object.metadata.name }));
}

/** Whole objects, in a format of `-o`. Several are a List. */
async function printAll(targets: readonly Target[], output: string, call: Call): Promise<number> {
  const { rest, flags } = call;
  const failures = new Failures();
  const found: KubeObject[] = [];
  for (const target of targets) {
    try {
      if (target.name === undefined) found.push(...(await listTarget(target, call)));
      else found.push(await rest.json<KubeObject>("GET", targetPath(target, flags.value("subresource"))));
    } catch (error) {
      if (!isNotFound(error) || !flags.isTrue("ignore-not-found")) failures.add(error);
    }
  }
  const isOne = targets.length === 1 && targets[0]?.name !== undefined;
  if (found.length > 0 || !isOne) await printList(found, { output, isOne }, call);
  failures.raise();
  return 0;
}
