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

test("a cluster without nodes answers clients, and its pods wait", async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const server = await cluster.listen({ port: 0, nodePortAddress: false });
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/u);
  await cluster.kubectl(["run", "web", "--image=nginx"]);
  expect(await cluster.objects.get("Pod", "web")).toMatchObject({ status: { phase: "Pending" } });
});
