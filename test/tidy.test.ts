import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const folders = ["src", "test", "scripts", "bench"];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file)),
);
const written = files.filter((file) => !file.endsWith(".gen.ts"));

/** House style as ARCHITECTURE.md and CONTRIBUTING.md tell it. */
describe("the house is tidy:", () => {
  test("every file is named in kebab-case after what it holds", () => {
    const names = files.map((file) => file.split(/[\\/]/u).at(-1) ?? "");
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.gen|\.test)?\.ts$/u.test(name))).toEqual([]);
  });

  test("no folder or file is a drawer for odds and ends", () => {
    expect(
      files.filter((file) => /(?:^|[\\/])(?:utils?|helpers?|common|misc|managers?)(?:\.ts|[\\/])/u.test(file)),
    ).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    const long = written.filter((file) => read(file).split("\n").length > 401);
    expect(long).toEqual([]);
  });

  test("no promise is left behind", () => {
    const marks = /\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/u;
    expect(written.filter((file) => marks.test(read(file)))).toEqual([]);
  });

  test("no test is skipped for good", () => {
    const skipped = /\b(?:it|test|describe)\.(?:skip|only|todo)\(/u;
    expect(written.filter((file) => file.endsWith(".test.ts") && skipped.test(read(file)))).toEqual([]);
  });

  test("index files in src are lists, not barrels", () => {
    const indexes = written.filter((file) => /^src[\\/].+[\\/]index\.ts$/u.test(file));
    expect(indexes.filter((file) => /^export .* from /mu.test(read(file)))).toEqual([]);
  });
});

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
