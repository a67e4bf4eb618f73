import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Catalogue } from "../../src/apiserver/catalogue.ts";
import { Discovery } from "../../src/apiserver/discovery.ts";
import type { Column } from "../../src/resources/definition.ts";
import { builtinResources } from "../../src/resources/index.ts";

/** What a real 1.32 server announces: group version, name, singular, scope, kind, verbs (`*`: all), short names, categories. */
const announced = linesOf("announced.txt").map((line) => line.split(/ {2,}/u));
/** Its columns: `Name:type`, a `*` behind those for `-o wide`. */
const columns = linesOf("announced-columns.txt").map((line) => line.split(/ {2,}/u) as [string, string]);

const everyVerb = "create,delete,deletecollection,get,list,patch,update,watch";
const discovery = new Discovery(new Catalogue(builtinResources));

interface Announced {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

test("discovery announces what a real server announces, and nothing else", () => {
  const groupVersions = [...new Set(announced.map(([groupVersion = ""]) => groupVersion))];
  const rows = groupVersions.flatMap((groupVersion) =>
    resourcesOf(groupVersion).map((one) => rowOf(groupVersion, one)),
  );

  expect(rows.toSorted()).toEqual(announced.map((row) => row.join(" ")).toSorted());
});

test("no group version is served beyond those of a real server", () => {
  const served = new Set(builtinResources.map(({ group, version }) => (group ? `${group}/${version}` : version)));

  expect(served).toEqual(new Set(announced.map(([groupVersion]) => groupVersion)));
});

test.each(columns)("%s have a real server's columns", (plural, expected) => {
  const ours = builtinResources.find((resource) => resource.plural === plural)?.columns ?? [];

  expect(ours.map((column) => columnText(column)).join(" | ")).toBe(expected);
});

function linesOf(file: string): string[] {
  return readFileSync(join(import.meta.dirname, file), "utf8")
    .trim()
    .split("\n");
}

function resourcesOf(groupVersion: string): readonly Announced[] {
  const path = groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
  const answer = discovery.answer(path, {});
  return (JSON.parse(answer?.body as string) as { resources: Announced[] }).resources;
}

function rowOf(groupVersion: string, resource: Announced): string {
  const verbs = resource.verbs.toSorted().join(",");
  return [
    groupVersion,
    resource.name,
    resource.singularName || "-",
    resource.namespaced ? "Namespaced" : "Cluster",
    resource.kind,
    verbs === everyVerb ? "*" : verbs,
    resource.shortNames?.join(",") ?? "-",
    resource.categories?.join(",") ?? "-",
  ].join(" ");
}

function columnText({ name, type = "string", priority }: Column): string {
  return `${name}${type === "string" ? "" : `:${type}`}${priority ? "*" : ""}`;
}
