import { expect, test } from "vitest";

import { createCluster } from "../../src/index.ts";

test("a command is a list of words; one string is refused with a TypeError that shows how", async () => {
  await using cluster = await createCluster({ nodes: 1 });
  const line = "get pods" as unknown as readonly string[];
  await expect(cluster.kubectl(line)).rejects.toThrow(
    new TypeError('kubectl() takes words, not a line for a shell: ["get","pods"]'),
  );
  await expect(cluster.exec("web", line)).rejects.toThrow(
    new TypeError('exec() takes words, not a line for a shell: ["sh","-c","ls | wc -l"]'),
  );
  expect((await cluster.kubectl(["get", "pods"])).stderr).toBe("No resources found in default namespace.\n");
});
