import type { SelfSubjectRulesReview } from "../api/types.gen.ts";
import { policyRows } from "./policy-rows.ts";
import { tableStops, tabulate } from "./printers/tabulate.ts";
import type { Call } from "./verb.ts";

/** `auth can-i --list`: everything that one may do in a namespace. */
export async function printAllowed({ rest, io, flags, namespace }: Call): Promise<number> {
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { status } = await rest.json<SelfSubjectRulesReview>("POST", path, { body });
  const rows = policyRows([...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])]);
  const texts = rows.map(
    ({ resource, urls, names, verbs }) =>
      `${resource}\t[${urls.join(" ")}]\t[${names.join(" ")}]\t[${verbs.join(" ")}]\n`,
  );
  const header = flags.isTrue("no-headers") ? "" : "Resources\tNon-Resource URLs\tResource Names\tVerbs\n";
  await io.out(tabulate(header + texts.join(""), tableStops));
  if (status?.incomplete) await io.err(`Warning: the list may be incomplete: ${status.evaluationError ?? ""}\n`);
  return 0;
}
