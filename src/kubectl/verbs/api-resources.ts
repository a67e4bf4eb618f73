import { type Resource, versionOf } from "../discovery.ts";
import { booleans, lists, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { byBytes } from "../printers/go-json.ts";
import { tableStops, tabulate } from "../printers/tabulate.ts";
import type { Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_api-resources/ */
export const apiResources: Verb = {
  names: ["api-resources"],
  summary: "Print the supported API resources on the server",
  flags: [
    ...values("output/o", "api-group", "sort-by"),
    ...booleans("namespaced", "no-headers", "cached"),
    ...lists("verbs", "categories"),
  ],

  async run({ flags, discovery, io }) {
    const output = flags.value("output") ?? "";
    if (!["", "name", "wide"].includes(output)) throw new KubectlError(`--output ${output} is not available`);
    const sortBy = flags.value("sort-by") ?? "";
    if (!["", "name", "kind"].includes(sortBy)) throw new KubectlError("--sort-by accepts only name or kind");
    const group = flags.value("api-group");
    const chosen = (await discovery.preferred()).filter((one) => {
      if (group !== undefined && one.group !== group) return false;
      if (flags.has("namespaced") && one.namespaced !== flags.isTrue("namespaced")) return false;
      const hasVerbs = flags.values("verbs").every((verb) => one.verbs.includes(verb));
      return hasVerbs && flags.values("categories").every((category) => one.categories.includes(category));
    });
    const sorted = chosen.toSorted((a, b) => compare(a, b, sortBy));
    if (output === "name") {
      for (const { plural, group: own } of sorted) await io.out(`${plural}${own ? `.${own}` : ""}\n`);
      return;
    }
    const isWide = output === "wide";
    const header = [
      "NAME",
      "SHORTNAMES",
      "APIVERSION",
      "NAMESPACED",
      "KIND",
      ...(isWide ? ["VERBS", "CATEGORIES"] : []),
    ];
    const rows = sorted.map((one) => rowFor(one, isWide));
    const lines = [...(flags.isTrue("no-headers") ? [] : [header]), ...rows];
    await io.out(tabulate(lines.map((line) => `${line.join("\t")}\n`).join(""), tableStops));
  },
};

function compare(a: Resource, b: Resource, sortBy: string): number {
  if (sortBy === "name") return byBytes(a.plural, b.plural);
  if (sortBy === "kind") return byBytes(a.kind, b.kind);
  return byBytes(a.group, b.group) || byBytes(a.plural, b.plural);
}

function rowFor(one: Resource, isWide: boolean): string[] {
  const more = isWide ? [[...one.verbs].toSorted(byBytes).join(","), one.categories.join(",")] : [];
  return [one.plural, one.shortNames.join(","), versionOf(one), String(one.namespaced), one.kind, ...more];
}
