import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What is said of a type, then of its fields. */
export type TypeDescription = readonly [string, Readonly<Record<string, string>>];

export type Descriptions = Readonly<Record<string, TypeDescription>>;

let loaded: Descriptions | undefined;

/** The texts of `kubectl explain`, by type. They are made by the build: without one there are none. */
export function loadDescriptions(): Descriptions {
  loaded ??= read();
  return loaded;
}

const file = "openapi-descriptions.json.gz";

/** From dist the file is two folders up; from src it is beside. */
function read(): Descriptions {
  const places = [new URL(`../../${file}`, import.meta.url), new URL(`../../../dist/${file}`, import.meta.url)];
  const place = places.find((url) => existsSync(url));
  return place ? (JSON.parse(gunzipSync(readFileSync(place)).toString("utf8")) as Descriptions) : {};
}
