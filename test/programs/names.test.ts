import { expect, test } from "vitest";

import { programs } from "../../src/programs/index.ts";
import { shellTools } from "../../src/shell/index.ts";

test("no two programs of a base have the same name", () => {
  for (const base of ["busybox", "alpine", "debian"] as const) {
    const names = [...programs, ...shellTools]
      .filter(({ bases }) => bases.includes(base))
      .flatMap((tool) => tool.names);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});
