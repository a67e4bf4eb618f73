import type { SelfSubjectRulesReview } from "../api/types.gen.ts";
import { byBytes } from "./printers/go-json.ts";
import { tableStops, tabulate } from "./printers/tabulate.ts";
import type { Call } from "./verb.ts";

interface Row {
  readonly resource: string;
  readonly urls: readonly string[];
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

/** `auth can-i --list`: everything that one may do in a namespace. */
export async function printAllowed({ rest, io, flags, namespace }: Call): Promise<number> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { status } = await rest.json<SelfSubjectRulesReview>("POST", path, { body });
  const rows = [
    ...(status?.resourceRules ?? []).flatMap(({ apiGroups = [], resources = [], resourceNames = [], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.map((name): Row => ({ resource: qualified(name, group), urls: [], names: resourceNames, verbs })),
      ),
    ),
    ...(status?.nonResourceRules ?? []).map(
      ({ nonResourceURLs = [], verbs }): Row => ({ resource: "", urls: nonResourceURLs, names: [], verbs }),
    ),
  ];
  const texts = compacted(rows).map(
    ({ resource, urls, names, verbs }) => `${resource}\t[${urls.join(" ")}]\t[${names.join(" ")}]\t[${verbs.join(" ")}]\n`,
  );
  const header = flags.isTrue("no-headers") ? "" : "Resources\tNon-Resource URLs\tResource Names\tVerbs\n";
  await io.out(tabulate(header + texts.join(""), tableStops));
  if (status?.incomplete) await io.err(`Warning: the list may be incomplete: ${status.evaluationError ?? ""}\n`);
  return 0;
}

function qualified(resource: string, group: string): string {
  if (group === "") return resource;
  const [name = "", subresource] = resource.split("/");
  return `${name}.${group}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** Rules that differ only in their verbs stand in one row; the rows are in the order of their verbs, the most first. */
function compacted(rows: readonly Row[]): Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.resource, row.urls, row.names]);
    const known = merged.get(key);
    const verbs = [...(known?.verbs ?? []), ...row.verbs.filter((verb) => !known?.verbs.includes(verb))];
    merged.set(key, { ...row, verbs });
  }
  return [...merged.values()].toSorted((a, b) => byBytes(a.verbs.join(" "), b.verbs.join(" ")));
}
