import { expect, test } from "vitest";

import { createImageCatalogue } from "../../src/images/catalogue.ts";
import { builtinImages } from "../../src/images/index.ts";

const catalogue = createImageCatalogue({ images: builtinImages, unknownImages: "serve" });
const strict = createImageCatalogue({ images: builtinImages, unknownImages: "fail" });

test.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["nginx:1.14.2", "docker.io/library/nginx:1.14.2"],
  ["nginx:1.27-alpine3.20-slim", "docker.io/library/nginx:1.27-alpine3.20-slim"],
  ["docker.io/nginx:stable", "docker.io/library/nginx:stable"],
  ["public.ecr.aws/docker/library/nginx", "public.ecr.aws/docker/library/nginx:latest"],
  ["k8s.gcr.io/echoserver:1.4", "k8s.gcr.io/echoserver:1.4"],
  ["registry.k8s.io/e2e-test-images/agnhost:2.53", "registry.k8s.io/e2e-test-images/agnhost:2.53"],
  ["gcr.io/google-samples/kubernetes-bootcamp:v1", "gcr.io/google-samples/kubernetes-bootcamp:v1"],
])("%s is known", (name, reference) => {
  expect(strict.find(name)).toMatchObject({ outcome: "found", reference });
});

const notFound = (name: string): string =>
  `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;

test.each([
  ["nginx:1.161", notFound("docker.io/library/nginx:1.161")],
  ["nginx:nope", notFound("docker.io/library/nginx:nope")],
  ["gcr.io/google-samples/kubernetes-bootcamp:v10", notFound("gcr.io/google-samples/kubernetes-bootcamp:v10")],
  ["shop/cart:doesnotexist", notFound("docker.io/shop/cart:doesnotexist")],
])("%s cannot be pulled", (name, message) => {
  expect(catalogue.find(name)).toMatchObject({ outcome: "missing", message });
});

test("an image that nobody knows is served by a stand-in that says so, or fails", () => {
  expect(catalogue.find("shop/cart:1.0")).toMatchObject({
    outcome: "found",
    notice: expect.stringContaining('Image "shop/cart:1.0" is not in the catalogue'),
  });
  expect(strict.find("shop/cart:1.0")).toMatchObject({
    outcome: "missing",
    message: expect.stringContaining("pull access denied, repository does not exist or may require authorization"),
  });
});

test("every image answers to names of its own", () => {
  const names = builtinImages.flatMap((image) => image.names);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
