import type { SelfSubjectRulesReview } from "../api/types.gen.ts";
import { byBytes } from "./printers/go-json.ts";
import { tableStops, tabulate } from "./printers/tabulate.ts";
import type { Call } from "./verb.ts";

interface Row {
  readonly group: string;
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
        resources.map((name): Row => ({ group, resource: name, urls: [], names: resourceNames, verbs })),
      ),
    ),
    ...(status?.nonResourceRules ?? []).flatMap(
      ({ nonResourceURLs = [], verbs }) => nonResourceURLs.map((url): Row => ({ group: "", resource: "", urls: [url], names: [], verbs })),
    ),
  ];
  const texts = compacted(rows).map(
    ({ group, resource, urls, names, verbs }) => `${qualified(resource, group)}\t[${urls.join(" ")}]\t[${names.join(" ")}]\t[${verbs.join(" ")}]\n`,
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

/** Rules that differ only in their verbs stand in one row; verbs come first in their order, then groups. */
function compacted(rows: readonly Row[]): Row[] {
  const merged = new Map<string, Row>();
  for (const [index, row] of rows.entries()) {
    // Rules about addresses are not put together.
    const key = row.urls.length > 0 ? String(index) : JSON.stringify([row.group, row.resource, row.urls, row.names]);
    const known = merged.get(key);
    const verbs = [...(known?.verbs ?? []), ...row.verbs.filter((verb) => !known?.verbs.includes(verb))];
    merged.set(key, { ...row, verbs });
  }
  return [...merged.values()].toSorted((a, b) => byBytes(orderOf(a), orderOf(b)));
}

function orderOf({ group, resource, urls, names, verbs }: Row): string {
  const [groups, resources] = urls.length > 0 ? ["", ""] : [group, resource];
  return [verbs.join(" "), groups, resources, names.join(" "), urls.join(" ")].map((part) => `[${part}]`).join(",");
}
