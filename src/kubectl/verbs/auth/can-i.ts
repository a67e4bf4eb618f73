import type { SelfSubjectAccessReview } from "../../../api/types.gen.ts";
import type { Resource } from "../../discovery.ts";
import { booleans, values } from "../../flags.ts";
import { exit, KubectlError, usageError } from "../../kubectl-error.ts";
import { printAllowed } from "../../print-allowed.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_can-i/ */
export const canI: Verb = {
  names: ["can-i"],
  summary: "Check whether an action is allowed",
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  flags: [...booleans("all-namespaces/A", "quiet/q", "list", "no-headers"), ...values("subresource")],

  async run(call) {
    const { flags, rest, io } = call;
    if (flags.isTrue("list")) return printAllowed(call);
    const [verb, what, ...more] = flags.args;
    if (verb === undefined || what === undefined || more.length > 1) {
      throw new KubectlError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    }
    if (what.startsWith("/") && flags.value("subresource"))
      throw new KubectlError("--subresource can not be used with NonResourceURL");
    const spec = what.startsWith("/")
      ? { nonResourceAttributes: { path: what, verb } }
      : { resourceAttributes: await attributesOf(verb, { what, name: more[0] }, call) };
    const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const { status } = await rest.json<SelfSubjectAccessReview>("POST", path, { body });
    const { allowed = false, reason, evaluationError } = status ?? {};
    if (!flags.isTrue("quiet")) {
      const why = allowed ? "" : `${reason ? ` - ${reason}` : ""}${evaluationError ? ` - ${evaluationError}` : ""}`;
      await io.out(`${allowed ? "yes" : "no"}${why}\n`);
    }
    if (!allowed) throw exit(1);
    return 0;
  },
};

async function attributesOf(
  verb: string,
  { what, name }: { what: string; name: string | undefined },
  call: Call,
): Promise<Record<string, string>> {
  const { flags, namespace } = call;
  const [typed = "", slashName] = what.split("/");
  const subresource = flags.value("subresource") ?? "";
  if (slashName !== undefined && name !== undefined)
    throw usageError("auth can-i", "you must specify two arguments: verb resource or verb resource/resourceName");
  const resource = await resourceFor(typed, call);
  const everywhere = flags.isTrue("all-namespaces");
  if (resource?.namespaced === false && !everywhere) {
    const where = resource.group === "" ? "" : ` in group '${resource.group}'`;
    await call.io.err(`Warning: resource '${resource.plural}' is not namespace scoped${where}\n\n`);
  }
  return {
    ...(everywhere ? {} : { namespace }),
    verb,
    group: resource?.group ?? (typed.includes(".") ? typed.replace(/^[^.]*\./u, "") : typed === "*" ? "*" : ""),
    resource: resource?.plural ?? typed.split(".", 1)[0] ?? "",
    ...(subresource ? { subresource } : {}),
    ...(slashName || name ? { name: slashName ?? name ?? "" } : {}),
  };
}

/** undefined: `*`, or one of which the server knows nothing; kubectl asks all the same. */
async function resourceFor(word: string, { discovery, io }: Call): Promise<Resource | undefined> {
  if (word === "*") return undefined;
  try {
    return await discovery.find(word);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const [name = "", ...group] = word.split(".");
    const where = group.length > 0 ? ` in group '${group.join(".")}'` : "";
    await io.err(`Warning: the server doesn't have a resource type '${name}'${where}\n\n`);
    return undefined;
  }
}
