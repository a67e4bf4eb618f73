import { sameTree, type KubeObject } from "../../api/object.ts";
import { ApiError } from "../../api/status.ts";
import { parseYaml, YamlError } from "../../api/yaml.ts";
import { changeCause, recordFlags } from "../change-cause.ts";
import { Failures } from "../failures.ts";
import { booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { dryRunOf, resultFlags, tellResult, writeQuery } from "../result.ts";
import { namedTargets, targetPath } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

const contentTypes: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_patch/ */
export const patch: Verb = {
  names: ["patch"],
  summary: "Update fields of a resource",
  usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  flags: [
    ...fileFlags,
    ...resultFlags,
    ...recordFlags,
    ...values("patch/p", "patch-file", "type", "subresource"),
    ...booleans("local"),
  ],

  async run(call) {
    const { flags } = call;
    const contentType = contentTypeOf(call);
    if (flags.isTrue("local")) throw noLocalPatch(flags.args);
    const body = patchOf(call);
    const failures = new Failures();
    for (const target of await namedTargets(call)) {
      await failures.attempt(async () => {
        const path = targetPath(target, flags.value("subresource"));
        const before = await call.rest.json<KubeObject>("GET", path);
        const isDry = dryRunOf(flags) === "client";
        // What a client-side dry run would make of it, the server tells without keeping it.
        const query = isDry
          ? { ...writeQuery(flags, "kubectl-patch"), dryRun: "All", fieldValidation: "Ignore" }
          : writeQuery(flags, "kubectl-patch");
        const patched = call.rest.json<KubeObject>("PATCH", path, { query, contentType, body });
        const object = await patched.catch((error: unknown) => {
          throw unsupported(error, contentType, before) ?? error;
        });
        const did = sameTree(withoutTimes(before), withoutTimes(object)) ? "patched (no change)" : "patched";
        await tellResult(
          { resource: kindOf(object), object: await recorded(object, path, call), did, plain: true },
          call,
        );
      });
    }
    failures.raise();
    return 0;
  },
};

/** `--record` is a patch of its own. */
async function recorded(object: KubeObject, path: string, call: Call): Promise<KubeObject> {
  const annotations = changeCause(call);
  if (Object.keys(annotations).length === 0 || dryRunOf(call.flags) === "client") return object;
  const body = { metadata: { annotations } };
  const query = writeQuery(call.flags, "kubectl-patch");
  return call.rest.json<KubeObject>("PATCH", path, { query, contentType: "application/merge-patch+json", body });
}

/** How to patch only the server knows. */
function noLocalPatch(args: readonly string[]): KubectlError {
  if (args.length > 0) return new KubectlError("cannot specify --local and server resources");
  return new KubectlError("this kubectl leaves patching to the server: use --dry-run=server instead of --local");
}

/** A subresource is an object of another kind. */
function kindOf({ apiVersion, kind }: KubeObject): { group: string; kind: string } {
  return { group: apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "", kind };
}

/** Custom resources know no strategic merge patch. */
function unsupported(error: unknown, contentType: string, { apiVersion, kind }: KubeObject): KubectlError | undefined {
  if (!(error instanceof ApiError) || error.reason !== "UnsupportedMediaType") return undefined;
  return new KubectlError(`${contentType} is not supported by ${apiVersion}, Kind=${kind}: ${error.message}`);
}

function contentTypeOf({ flags }: Call): string {
  const type = (flags.value("type") ?? "strategic").toLowerCase();
  if (flags.has("patch") && flags.has("patch-file"))
    throw new KubectlError("cannot specify --patch and --patch-file together");
  if (!flags.has("patch") && !flags.has("patch-file")) {
    throw new KubectlError("must specify --patch or --patch-file containing the contents of the patch");
  }
  const contentType = contentTypes[type];
  if (!contentType) throw new KubectlError(`--type must be one of [json merge strategic], not ${JSON.stringify(type)}`);
  return contentType;
}

/** JSON goes as it is; YAML becomes JSON. */
function patchOf({ flags, io }: Call): string {
  const file = flags.value("patch-file");
  const text = file === undefined ? (flags.value("patch") ?? "") : io.readFile(file);
  if (/^\s*\{/u.test(text)) return text;
  try {
    return JSON.stringify(parseYaml(text));
  } catch (error) {
    if (error instanceof YamlError) throw new KubectlError(`unable to parse ${JSON.stringify(text)}: ${error.problem}`);
    throw error;
  }
}

function withoutTimes({ metadata, ...object }: KubeObject): object {
  const { managedFields: _fields, ...kept } = metadata;
  return { ...object, metadata: kept };
}
