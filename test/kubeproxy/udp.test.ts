import { expect, test } from "vitest";

import type { Image } from "../../src/index.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { pod, service, serviceCluster } from "../support/service-cluster.ts";

/** Sends a datagram a second from one port to `web:80`, and prints who answers each. */
const asker: Image = {
  names: ["test/asker"],
  base: "busybox",
  entrypoint: ["/ask"],
  programs: {
    async "/ask"(process) {
      const [ip = ""] = await process.network.lookup("web");
      let answered = "nobody";
      const socket = process.network.bindUdp(0, ({ bytes }) => {
        answered = Buffer.from(bytes).toString();
      });
      for (let second = 0; second < 6; second++) {
        answered = "nobody";
        socket.send({ ip, port: 80 }, Buffer.from("?"));
        await process.sleep(1000);
        await process.print(`${answered}\n`);
      }
      return 0;
    },
  },
};

test("datagrams of one exchange stay with their pod, and are picked anew when it leaves", async () => {
  await using cluster = await serviceCluster({ images: [asker] });
  const ports = [{ port: 80, protocol: "UDP", targetPort: 8080 }];
  await cluster.apply(
    [
      pod("a", { app: "web" }),
      pod("b", { app: "web" }),
      service("web", { ports }),
      service("none", { ports, selector: { app: "x" } }),
    ].join("\n---\n"),
  );
  await cluster.settle();
  await cluster.apply(pod("asker", {}, { restartPolicy: "Never" }, { image: "test/asker" }));
  await cluster.advance("2500ms");
  await cluster.client.patch(pods, { namespace: "default", name: "a" }, { metadata: { labels: { app: "x" } } });
  await cluster.advance("2s");
  await cluster.client.patch(pods, { namespace: "default", name: "b" }, { metadata: { labels: { app: "x" } } });
  await cluster.advance("5s");

  const { body } = await cluster.transport.request({
    method: "GET",
    path: "/api/v1/namespaces/default/pods/asker/log",
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().trim().split("\n");
  expect(lines).toEqual(["a:8080", "a:8080", "a:8080", "b:8080", "b:8080", "nobody"]);
});
