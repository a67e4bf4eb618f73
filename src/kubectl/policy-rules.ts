import type { PolicyRule } from "../api/types.gen.ts";
import { type Flag, type Flags, lists } from "./flags.ts";
import { KubectlError } from "./kubectl-error.ts";
import type { Call } from "./verb.ts";

export const ruleFlags: readonly Flag[] = lists("verb", "resource", "resource-name");

const standardVerbs = new Set(
  "* get list watch create update patch delete deletecollection use bind impersonate escalate approve sign attest".split(
    " ",
  ),
);

/** The rules of `--verb`, `--resource` and `--resource-name`: one for each API group. Throws KubectlError. */
export async function rulesFrom({ flags, discovery, io }: Call): Promise<PolicyRule[]> {
  const odd = verbsOf(flags).filter((verb) => !standardVerbs.has(verb));
  for (const verb of odd) await io.err(`Warning: '${verb}' is not a standard resource verb\n`);
  const byGroup = new Map<string, string[]>();
  for (const text of flags.values("resource")) {
    const [typed = "", subresource = ""] = text.split("/", 2);
    if (typed === "*" || typed === "") {
      if (typed === "") throw new KubectlError("resource with empty name");
      add(byGroup, "*", "*");
      continue;
    }
    const { group, plural } = await discovery.find(typed).catch((error: unknown) => {
      const dot = typed.indexOf(".");
      const where = dot < 0 ? "" : ` in group ${JSON.stringify(typed.slice(dot + 1))}`;
      throw error instanceof KubectlError ? new KubectlError(`${error.message}${where}`, { bare: true }) : error;
    });
    add(byGroup, group, subresource === "" ? plural : `${plural}/${subresource}`);
  }
  const names = [...new Set(flags.values("resource-name"))];
  return [...byGroup].map(([group, resources]) => ({
    verbs: verbsOf(flags),
    apiGroups: [group],
    resources,
    ...(names.length > 0 ? { resourceNames: names } : {}),
  }));
}

function add(byGroup: Map<string, string[]>, group: string, resource: string): void {
  const known = byGroup.get(group) ?? [];
  if (!known.includes(resource)) known.push(resource);
  byGroup.set(group, known);
}

/** `*` stands for all of them. */
export function verbsOf(flags: Flags): string[] {
  const verbs = [...new Set(flags.values("verb"))];
  return verbs.includes("*") ? ["*"] : verbs;
}
