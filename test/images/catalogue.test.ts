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

test.each(
  [
    "agnhost:2.53",
    "busybox:1.36.1-1",
    "httpd:2.4.38-4",
    "httpd:2.4.39-4",
    "jessie-dnsutils:1.7",
    "kitten:1.7",
    "nautilus:1.7",
    "nginx:1.14-4",
    "nginx:1.15-4",
    "nonewprivs:1.3",
    "nonroot:1.4",
    "perl:5.26",
    "redis:5.0.5-3",
    "resource-consumer:1.13",
  ].map((name) => `registry.k8s.io/e2e-test-images/${name}`),
)("%s, which Kubernetes' own tests run, is known", (name) => {
  expect(strict.find(name)).toMatchObject({ outcome: "found" });
});

test("a private registry lets nobody in, and one that cannot be is not there", () => {
  const closed = catalogue.find("gcr.io/authenticated-image-pulling/alpine:3.7");
  expect(closed).toMatchObject({ outcome: "missing", message: expect.stringContaining("403 Forbidden") });
  expect(catalogue.find("invalid.registry.k8s.io/invalid/alpine:3.1").outcome).toBe("missing");
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
