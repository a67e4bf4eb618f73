import { expect, test } from "vitest";

import { imagesFromYaml } from "../../src/images/declared-images.ts";
import type { Image } from "../../src/runtime/image.ts";
import { createPods, type Pod } from "./pods.ts";

function declared(text: string): Image {
  const [image] = imagesFromYaml(text);
  if (!image) throw new Error("no image");
  return image;
}

const shop = `
name: shop/checkout
env: { COLOR: blue }
ports:
  - port: 8080
    response: "{pod} in {namespace} at {path}, {env.COLOR} {unknown}\\n"
    headers: { X-Node: "{node}" }
    routes:
      /healthz: ok
      /api/*: { response: '{"pod":"{pod}"}', contentType: application/json }
      /broken: { status: 500, response: "no\\n" }
      /slow: { response: late, delay: 2s }
`;

async function started(text: string): Promise<{ pod: Pod; advance: (ms: number) => Promise<void> }> {
  const pods = createPods();
  const pod = pods.start(declared(text), { name: "shop-1", imageName: "shop/checkout:v2" });
  await pods.clock.advance(10);
  return { pod, advance: async (ms) => pods.clock.advance(ms) };
}

test("responses name the pod and the request", async () => {
  const { pod } = await started(shop);
  const { body, headers } = await pod.ask(8080, "/cart?x=1");
  expect(body).toBe("shop-1 in default at /cart, blue {unknown}\n");
  expect(headers).toMatchObject({ "x-node": "node-1", "content-type": "text/plain; charset=utf-8" });
});

test("routes answer by path", async () => {
  const { pod } = await started(shop);
  expect((await pod.ask(8080, "/healthz")).body).toBe("ok");
  const api = await pod.ask(8080, "/api/v1/things");
  expect([api.body, api.headers["content-type"]]).toEqual(['{"pod":"shop-1"}', "application/json"]);
  expect((await pod.ask(8080, "/broken")).status).toBe(500);
  const before = pod.live.container.startedAt;
  expect((await pod.ask(8080, "/slow")).body).toBe("late");
  expect(before).toBeDefined();
});

test("an image logs, starts late, crashes and uses what it declares", async () => {
  const { pod, advance } = await started(`
name: slow
startupDelay: 3s
ports: [80]
logs: [starting, "ready on {ip}"]
logEvery: { period: 2s, line: tick }
crashAfter: 10s
cpu: 250m
memory: 64Mi`);
  await expect(pod.ask(80)).rejects.toThrow("ECONNREFUSED");
  await advance(5000);
  expect((await pod.ask(80)).body).toBe("shop/checkout:v2 in pod shop-1, 10.244.0.10\n");
  expect(pod.live.usage.memoryBytes).toBeGreaterThan(64 * 1024 ** 2);
  expect(pod.live.usage.cpuNanoseconds / 5e9).toBeCloseTo(0.25, 1);
  await advance(10_000);
  expect(pod.exit.value).toEqual({ exitCode: 1 });
  expect(pod.output.stdout).toBe("starting\nready on 10.244.0.10\ntick\ntick\ntick\n");
});

test("an image that only has an exit code ends at once", async () => {
  const { pod } = await started("name: job\nlogs: done\nexitCode: 3");
  expect([pod.output.stdout, pod.exit.value]).toEqual(["done\n", { exitCode: 3 }]);
});

test("several images come in documents or in a list, with their own tags", () => {
  const images = imagesFromYaml("name: a\n---\nimages:\n  - { name: b, tags: [v1] }\n").concat(
    imagesFromYaml("images: [{ name: c }]"),
  );
  expect(images.map(({ names }) => names[0])).toEqual(["a", "b", "c"]);
  expect(images[1]?.hasTag?.("v1")).toBe(true);
  expect(images[1]?.hasTag?.("v2")).toBe(false);
});

test.each([
  ["", "no image is declared"],
  ["- a", "image 1: must be a map of fields, not a list"],
  ["base: alpine", "image 1: name is missing"],
  ["name: shop:v1", 'image "shop:v1": name "shop:v1" must be without tag and digest (give tags as `tags`)'],
  ["name: Shop", 'image "Shop": name "Shop" is no image name'],
  ["name: a\nbase: suse", 'image "a": base must be one of busybox, alpine, debian, none'],
  ["name: a\nports: [{ port: 99999 }]", 'image "a": ports[0]: port must be a whole number from 1 to 65535'],
  ["name: a\nports: [80, 80]", 'image "a": ports has port 80 twice'],
  [
    "name: a\nports: [{ port: 80, reply: x }]",
    'image "a": ports[0]: unknown field "reply" (there are port, routes, response, status, headers, contentType, delay)',
  ],
  ["name: a\nports: [{ port: 80, routes: { x: y } }]", 'image "a": ports[0]: routes must be paths: "x"'],
  ["name: a\ncpu: lots", 'image "a": cpu must be a quantity such as 250m, 1, 64Mi or 1Gi'],
  [
    "name: a\ncrashAfter: soon",
    'image "a": crashAfter must be a duration such as 500ms, 5s, 2m or a number of seconds',
  ],
])("%j is refused", (text, message) => {
  expect(() => imagesFromYaml(text)).toThrow(message);
});
