import type { LimitRange, Namespace, ResourceQuota } from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import { listAll } from "../targets.ts";
import { describer, type Describer } from "./describer.ts";
import type { Description } from "./description.ts";

export const namespace: Describer = describer<Namespace>(
  "",
  "Namespace",
  async ({ metadata, status }, { to, call }) => {
    to.field("Name", metadata.name);
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.field("Status", status?.phase ?? "");
    const quotas = await listAll<ResourceQuota>(`/api/v1/namespaces/${metadata.name}/resourcequotas`, call);
    const ranges = await listAll<LimitRange>(`/api/v1/namespaces/${metadata.name}/limitranges`, call);
    to.line("");
    if (quotas.length === 0) to.line("No resource quota.");
    else {
      to.line("Resource Quotas");
      for (const quota of quotas) describeQuota(quota, to);
    }
    to.line("");
    if (ranges.length === 0) to.line("No LimitRange resource.");
    else {
      to.line("Resource Limits");
      to.line(" Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
      to.line(" ----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
      for (const range of ranges) describeLimits(range, to, " ");
    }
  },
  { withoutEvents: true },
);

function describeQuota({ metadata, spec, status }: ResourceQuota, to: Description): void {
  to.line(`  Name:\t${metadata.name}`);
  const scopes = spec?.scopes ?? [];
  if (scopes.length > 0) to.line(`  Scopes:\t${scopes.join(", ")}`);
  to.line("  Resource\tUsed\tHard");
  to.line("  --------\t---\t---");
  for (const name of Object.keys(status?.hard ?? {}).toSorted(byBytes)) {
    to.line(`  ${name}\t${status?.used?.[name] ?? "0"}\t${status?.hard?.[name] ?? "0"}`);
  }
}

function describeLimits({ spec }: LimitRange, to: Description, margin: string): void {
  for (const limit of spec?.limits ?? []) {
    const { max = {}, min = {}, default: given = {}, defaultRequest = {}, maxLimitRequestRatio = {} } = limit;
    const names = new Set(
      [max, min, given, defaultRequest, maxLimitRequestRatio].flatMap((amounts) => Object.keys(amounts)),
    );
    for (const name of [...names].toSorted(byBytes)) {
      const cells = [min, max, defaultRequest, given, maxLimitRequestRatio].map((amounts) => amounts[name] ?? "-");
      to.line(`${margin}${limit.type}\t${name}\t${cells.join("\t")}`);
    }
  }
}

export const resourceQuota: Describer = describer<ResourceQuota>(
  "",
  "ResourceQuota",
  ({ metadata, spec, status }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    if ((spec?.scopes ?? []).length > 0) to.field("Scopes", (spec?.scopes ?? []).join(", "));
    to.line("Resource\tUsed\tHard");
    to.line("--------\t----\t----");
    for (const name of Object.keys(status?.hard ?? {}).toSorted(byBytes)) {
      to.line(`${name}\t${status?.used?.[name] ?? "0"}\t${status?.hard?.[name] ?? "0"}`);
    }
  },
  { withoutEvents: true },
);

export const limitRange: Describer = describer<LimitRange>(
  "",
  "LimitRange",
  (object, { to }) => {
    to.field("Name", object.metadata.name);
    to.field("Namespace", object.metadata.namespace ?? "");
    to.line("Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    to.line("----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    describeLimits(object, to, "");
  },
  { withoutEvents: true },
);
