import { describe, expect, test } from "vitest";

import { clusterRoleAggregationController } from "../../src/controllers/cluster-role-aggregation.ts";
import { componentLeases } from "../../src/controllers/component-leases.ts";
import { endpointSliceMirroringController } from "../../src/controllers/endpoints/endpoint-slice-mirroring.ts";
import { replicationControllerController } from "../../src/controllers/replication-controller.ts";
import { resourceQuotaController } from "../../src/controllers/resource-quota.ts";
import { serviceAccountTokenController } from "../../src/controllers/service-account-token.ts";
import { serviceAccountController } from "../../src/controllers/service-account.ts";
import { leases } from "../../src/resources/coordination/lease.ts";
import { endpoints } from "../../src/resources/core/endpoints.ts";
import { pods } from "../../src/resources/core/pod.ts";
import { replicationControllers } from "../../src/resources/core/replication-controller.ts";
import { resourceQuotas } from "../../src/resources/core/resource-quota.ts";
import { secrets } from "../../src/resources/core/secret.ts";
import { serviceAccounts } from "../../src/resources/core/service-account.ts";
import { endpointSlices } from "../../src/resources/discovery/endpoint-slice.ts";
import { builtinResources } from "../../src/resources/index.ts";
import { clusterRoles } from "../../src/resources/rbac/cluster-role.ts";
import { microTimestamp } from "../../src/sim/clock.ts";
import { template } from "./test-cluster.ts";
import { testControlPlane } from "./test-control-plane.ts";

describe("a ResourceQuota", () => {
  test("says what is used, pod by pod and kind by kind", async () => {
    await using t = await testControlPlane(() => [
      serviceAccountController,
      resourceQuotaController(() => builtinResources),
    ]);
    const hard = { pods: "10", "requests.cpu": "2", "count/deployments.apps": "3", configmaps: "5" };
    await t.create({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "all" }, spec: { hard } });
    const containers = [{ name: "main", image: "nginx", resources: { requests: { cpu: "250m" } } }];
    const pod = (name: string): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers } });
    await t.create(pod("a"), pod("b"), { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } });
    expect((await t.get(resourceQuotas, "all")).status).toEqual({
      hard,
      used: { pods: "2", "requests.cpu": "500m", "count/deployments.apps": "0", configmaps: "1" },
    });
    await t.patch(pods, "a", { status: { phase: "Succeeded" } }, "status");
    expect((await t.get(resourceQuotas, "all")).status?.used).toMatchObject({ pods: "1", "requests.cpu": "250m" });
    await t.remove(pods, "b");
    expect((await t.get(resourceQuotas, "all")).status?.used).toMatchObject({ pods: "0", "requests.cpu": "0" });
  });
});

describe("a ResourceQuota for custom resources", () => {
  test("says how many there are, of whatever version", async () => {
    let resources = builtinResources;
    await using t = await testControlPlane(() => [resourceQuotaController(() => resources)]);
    const version = (name: string, storage: boolean): object => ({
      name,
      storage,
      served: true,
      schema: { openAPIV3Schema: { type: "object" } },
    });
    await t.create({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "gadgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "gadgets", kind: "Gadget" },
        versions: [version("v1", true), version("v2", false)],
      },
    });
    resources = t.registry.catalogue.list();
    const hard = { "count/gadgets.example.com": "2" };
    await t.create({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "few" }, spec: { hard } });
    const gadget = resources.find(({ plural, version: v }) => plural === "gadgets" && v === "v2");
    if (!gadget) throw new Error("no gadgets");
    const metadata = { name: "one", namespace: "default" };
    await t.client.create(gadget, { apiVersion: "example.com/v2", kind: "Gadget", metadata });
    await t.advance("1s");
    expect((await t.get(resourceQuotas, "few")).status?.used).toEqual({ "count/gadgets.example.com": "1" });
    await t.remove(gadget, "one");
    expect((await t.get(resourceQuotas, "few")).status?.used).toEqual({ "count/gadgets.example.com": "0" });
  });
});

describe("an aggregated ClusterRole", () => {
  test("has the rules of the roles it selects", async () => {
    await using t = await testControlPlane(() => [clusterRoleAggregationController]);
    const role = (name: string, more: object): object => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name, labels: { part: "yes" } },
      ...more,
    });
    const read = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
    const write = { apiGroups: [""], resources: ["pods"], verbs: ["create"] };
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { part: "yes" } }] };
    await t.create(role("all", { aggregationRule }), role("b", { rules: [write, read] }), role("a", { rules: [read] }));
    expect((await t.get(clusterRoles, "all")).rules).toEqual([read, write]);
    await t.remove(clusterRoles, "b");
    expect((await t.get(clusterRoles, "all")).rules).toEqual([read]);
  });
});

describe("a service account's Secret", () => {
  test("is filled with a token, and goes with its account", async () => {
    const trust = { caPem: "CA", onChange: () => () => {} };
    await using t = await testControlPlane(() => [serviceAccountController, serviceAccountTokenController(trust)]);
    const annotations = { "kubernetes.io/service-account.name": "robot" };
    await t.create(
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "key", annotations },
        type: "kubernetes.io/service-account-token",
      },
    );
    const { data = {}, metadata } = await t.get(secrets, "key");
    const { uid } = (await t.get(serviceAccounts, "robot")).metadata;
    expect(metadata.annotations?.["kubernetes.io/service-account.uid"]).toBe(uid);
    expect(Buffer.from(data["namespace"] ?? "", "base64").toString()).toBe("default");
    expect(Buffer.from(data["ca.crt"] ?? "", "base64").toString()).toBe("CA");
    const claims: unknown = JSON.parse(
      Buffer.from(
        Buffer.from(data["token"] ?? "", "base64")
          .toString()
          .split(".")[1] ?? "",
        "base64url",
      ).toString(),
    );
    expect(claims).toMatchObject({ sub: "system:serviceaccount:default:robot" });
    await t.remove(serviceAccounts, "robot");
    expect(await t.list(secrets)).toEqual([]);
  });
});

describe("Endpoints made by hand", () => {
  test("are mirrored in slices, by kind of address", async () => {
    await using t = await testControlPlane(() => [endpointSliceMirroringController]);
    const addresses = [{ ip: "10.0.0.1" }, { ip: "fd00::1" }];
    const subsets = [{ addresses, notReadyAddresses: [{ ip: "10.0.0.2" }], ports: [{ name: "http", port: 80 }] }];
    const metadata = { name: "db", labels: { own: "yes" } };
    await t.create(
      { apiVersion: "v1", kind: "Service", metadata: { name: "db" }, spec: { ports: [{ port: 80 }] } },
      { apiVersion: "v1", kind: "Endpoints", metadata, subsets },
    );
    const own = async (): Promise<readonly unknown[]> =>
      (await t.list(endpointSlices))
        .toSorted((a, b) => (a.addressType < b.addressType ? -1 : 1))
        .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === "db")
        .map((slice) => [slice.addressType, slice.endpoints.map((one) => [one.addresses[0], one.conditions?.ready])]);
    expect(await own()).toEqual([
      [
        "IPv4",
        [
          ["10.0.0.1", true],
          ["10.0.0.2", false],
        ],
      ],
      ["IPv6", [["fd00::1", true]]],
    ]);
    await t.patch(endpoints, "db", {
      subsets: [{ addresses: [{ ip: "10.0.0.3" }], ports: [{ name: "http", port: 80 }] }],
    });
    expect(await own()).toEqual([["IPv4", [["10.0.0.3", true]]]]);
    await t.patch(endpoints, "db", { metadata: { labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } } });
    expect(await own()).toEqual([]);
  });
});

describe("a ReplicationController", () => {
  test("does what a ReplicaSet does", async () => {
    await using t = await testControlPlane(() => [serviceAccountController, replicationControllerController()]);
    await t.create({
      apiVersion: "v1",
      kind: "ReplicationController",
      metadata: { name: "old" },
      spec: { replicas: 2, selector: { app: "old" }, template: template("old") },
    });
    expect(await t.podNames()).toHaveLength(2);
    expect((await t.get(replicationControllers, "old")).status).toMatchObject({ replicas: 2, fullyLabeledReplicas: 2 });
    await t.patch(replicationControllers, "old", { spec: { replicas: 0 } });
    expect(await t.podNames()).toEqual([]);
    expect((await t.events("old")).filter((event) => event.includes("SuccessfulDelete"))).toHaveLength(2);
  });
});

describe("the control plane's leases", () => {
  test("are held, and renewed before they run out", async () => {
    await using t = await testControlPlane(() => [componentLeases({ host: "master", renewMs: 2000 })]);
    const key = { namespace: "kube-system", name: "kube-scheduler" };
    const first = await t.client.get(leases, key);
    expect(first?.spec).toMatchObject({ leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(first?.spec.holderIdentity).toMatch(/^master_/u);
    await t.advance("1m");
    const renewTime = Date.parse((await t.client.get(leases, key))?.spec.renewTime ?? "");
    expect(t.clock.now() - renewTime).toBeLessThanOrEqual(2000);
  });

  test("are taken back when another holder lets them expire", async () => {
    await using t = await testControlPlane(() => [componentLeases({ host: "master", renewMs: 2000 })]);
    const key = { namespace: "kube-system", name: "kube-scheduler" };
    await t.client.patch(leases, key, { spec: { holderIdentity: "thief", renewTime: microTimestamp(t.clock) } });
    await t.advance("10s");
    expect((await t.client.get(leases, key))?.spec.holderIdentity).toBe("thief");
    await t.advance("10s");
    expect((await t.client.get(leases, key))?.spec).toMatchObject({
      holderIdentity: expect.stringMatching(/^master_/u) as string,
      leaseTransitions: 1,
    });
  });
});
