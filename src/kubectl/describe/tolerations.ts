import { formatLabelSelector } from "../../api/selectors.ts";
import type { Toleration, TopologySpreadConstraint } from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import type { Description } from "./description.ts";

export function describeTolerations(
  title: string,
  tolerations: readonly Toleration[] | undefined,
  to: Description,
): void {
  if (!tolerations || tolerations.length === 0) return to.field(title, "<none>");
  const sorted = tolerations.toSorted((a, b) => byBytes(a.key ?? "", b.key ?? ""));
  for (const [index, toleration] of sorted.entries()) {
    to.line(`${index === 0 ? `${title}:` : ""}\t${tolerationText(toleration)}`);
  }
}

function tolerationText({ key = "", value = "", effect, operator, tolerationSeconds }: Toleration): string {
  const head = `${key}${value === "" ? "" : `=${value}`}${effect ? `:${effect}` : ""}`;
  const exists = operator === "Exists" && value === "" ? `${head === "" ? "" : " "}op=Exists` : "";
  return `${head}${exists}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
}

export function describeSpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  space: string,
  to: Description,
): void {
  const sorted = (constraints ?? []).toSorted((a, b) => byBytes(a.topologyKey, b.topologyKey));
  for (const [index, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    const selector = labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : "";
    const head = index === 0 ? `${space}Topology Spread Constraints:` : "";
    to.line(`${head}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`);
  }
}
