import type { PolicyRule } from "../../../api/types.gen.ts";

const words: Readonly<Record<string, string>> = {
  read: "get,list,watch",
  write: "create,delete,deletecollection,patch,update",
  report: "create,patch,update",
};

/**
 * A rule from one line: verbs, what they are allowed on, then `@` groups (`core` is the one without a name) and `#`
 * names of objects. `read,delete pods,pods/log`, `report events @core,events.k8s.io`, `get /healthz,/version`.
 */
export function ruleOf(line: string): PolicyRule {
  const [verbs = "", things = "", ...more] = line.split(" ");
  const listed = (mark: string): readonly string[] =>
    more.flatMap((part) => (part[0] === mark ? list(part.slice(1)) : []));
  const allowed = { verbs: list(verbs) };
  if (things.startsWith("/")) return { nonResourceURLs: list(things), ...allowed };
  const groups = listed("@").map((group) => (group === "core" ? "" : group));
  const names = listed("#");
  return {
    apiGroups: groups.length > 0 ? groups : [""],
    resources: list(things),
    ...(names.length > 0 ? { resourceNames: names } : {}),
    ...allowed,
  };
}

/** In order, as the API server writes its own rules. */
function list(text: string): readonly string[] {
  return text
    .split(",")
    .flatMap((word) => (words[word] ?? word).split(","))
    .toSorted();
}
