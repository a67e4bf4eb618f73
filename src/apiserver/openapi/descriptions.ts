import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { packageFile } from "../../api/package-file.ts";

/** What is said of a type, then of its fields. */
export type TypeDescription = readonly [string, Readonly<Record<string, string>>];

export type Descriptions = Readonly<Record<string, TypeDescription>>;

let loaded: Descriptions | undefined;

/** The texts of `kubectl explain`, by type. They are made by the build: without one there are none. */
export function loadDescriptions(): Descriptions {
  loaded ??= read();
  return loaded;
}

function read(): Descriptions {
  const file = packageFile("dist/openapi-descriptions.json.gz");
  return existsSync(file) ? (JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as Descriptions) : {};
}
