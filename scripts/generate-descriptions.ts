/**
 * Writes dist/openapi-descriptions.json.gz for `kubectl explain`: what @kubernetes/client-node's models say of every
 * type in facts/types.json and of its fields.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** What is said of a type, then of its fields. */
type TypeDescription = readonly [string, Readonly<Record<string, string>>];

const models = new URL("gen/models/", import.meta.resolve("@kubernetes/client-node"));
const output = "dist/openapi-descriptions.json.gz";

const facts = JSON.parse(readFileSync("facts/types.json", "utf8")) as Record<string, unknown>;
const described: [string, TypeDescription][] = Object.keys(facts).flatMap((name) => {
  const file = modelFiles(name)
    .map((model) => new URL(model, models))
    .find((url) => existsSync(url));
  return file === undefined ? [] : [[name, descriptionIn(readFileSync(file, "utf8"))]];
});
mkdirSync("dist", { recursive: true });
writeFileSync(output, gzipSync(JSON.stringify(Object.fromEntries(described)), { level: 9 }));

/** `io.k8s.api.core.v1.Event` is the model CoreV1Event, where that name alone is taken, else V1Event. */
function modelFiles(name: string): readonly string[] {
  const [kind = "", version = "", group = ""] = name.split(".").toReversed();
  const short = `${capitalised(version)}${kind}`;
  return [`${capitalised(group)}${short}.d.ts`, `${short}.d.ts`];
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function descriptionIn(text: string): TypeDescription {
  const [, comment = ""] = /\/\*\*\n\* ([^\n]*)\n\*\/\nexport declare class/u.exec(text) ?? [];
  const fields = [...text.matchAll(/ {4}\/\*\*\n {4}\* ([^\n]*)\n {4}\*\/\n {4}'([^']+)'\??:/gu)];
  return [plain(comment), Object.fromEntries(fields.map(([, said = "", field = ""]) => [field, plain(said)]))];
}

/** Comments have their quotes escaped. */
function plain(comment: string): string {
  return comment.replaceAll(/\\(.)/gu, "$1").trim();
}
