import { expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import type { Ingress, PersistentVolumeClaim } from "../../../src/api/types.gen.ts";
import { createTestRegistry, type TestRegistry } from "../test-registry.ts";

const claim = (spec: object = {}): object => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
});

const storageClass = (name: string, isDefault: boolean): object => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } },
  provisioner: "example.com/disk",
});

async function storageClassOf(registry: TestRegistry, spec: object): Promise<string | undefined> {
  const { spec: created } = (await registry.create(claim(spec))) as PersistentVolumeClaim;
  return created.storageClassName;
}

test.each<[object, string | undefined]>([
  [{}, "new"],
  [{ storageClassName: "other" }, "other"],
  [{ storageClassName: "" }, ""],
])("a claim with %j gets the storage class %j", async (spec, expected) => {
  const registry = await createTestRegistry();
  await registry.create(storageClass("old", true));
  await registry.create(storageClass("other", false));
  await registry.clock.advance(1000);
  await registry.create(storageClass("new", true));
  expect(await storageClassOf(registry, spec)).toBe(expected);
});

test("claims and volumes are held back while they are in use", async () => {
  const registry = await createTestRegistry();
  const { metadata } = await registry.create(claim());
  expect(metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
});

test.each([
  ["grows", true, { phase: "Bound" }, undefined],
  [
    "does not grow where its class says nothing of it",
    undefined,
    { phase: "Bound" },
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
  ],
])("a bound claim %s", async (_what, allowVolumeExpansion, status, why) => {
  const registry = await createTestRegistry();
  await registry.create({ ...storageClass("disk", true), allowVolumeExpansion });
  const created = await registry.create(claim());
  const bound = await registry.update({ ...created, status } as KubeObject, { part: "status" });
  const grown = {
    ...bound,
    spec: { ...(bound as PersistentVolumeClaim).spec, resources: { requests: { storage: "2Gi" } } },
  };
  const outcome = await registry.update(grown).then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(outcome).toBe(why && `persistentvolumeclaims "data" is forbidden: ${why}`);
});

test("an ingress gets the default class", async () => {
  const registry = await createTestRegistry();
  await registry.create({
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "nginx", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
    spec: { controller: "example.com/nginx" },
  });
  const backend = { service: { name: "web", port: { number: 80 } } };
  const ingress = await registry.create({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: { defaultBackend: backend },
  });
  expect((ingress as Ingress).spec?.ingressClassName).toBe("nginx");
});
