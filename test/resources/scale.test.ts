import { expect, test } from "vitest";

import { ApiError } from "../../src/api/status.ts";
import { deployments } from "../../src/resources/apps/deployment.ts";
import { replicationControllers } from "../../src/resources/core/replication-controller.ts";
import { scaleOf, withReplicas } from "../../src/resources/scale.ts";
import { defaulted } from "./admitted.ts";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [] } };
const expressions = [{ key: "tier", operator: "In", values: ["b", "a"] }];
const deployment = defaulted(deployments, {
  spec: { replicas: 3, selector: { matchLabels: { app: "web" }, matchExpressions: expressions }, template },
});

test("a Scale shows how many there are, and which", () => {
  expect(scaleOf({ ...deployment, status: { replicas: 2 } } as typeof deployment)).toEqual({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name: "web", namespace: "default", uid: "uid-1" },
    spec: { replicas: 3 },
    status: { replicas: 2, selector: "app=web,tier in (a,b)" },
  });
  const controller = defaulted(replicationControllers, { spec: { template } });
  expect(scaleOf(controller).status).toEqual({ replicas: 0, selector: "app=web" });
});

test("a changed Scale changes the replicas alone", () => {
  const scale = { ...scaleOf(deployment), spec: { replicas: 5 } };
  expect(withReplicas(deployment, scale)).toEqual({ ...deployment, spec: { ...deployment.spec, replicas: 5 } });
});

test("there are never fewer than none", () => {
  const change = (): unknown => withReplicas(deployment, { ...scaleOf(deployment), spec: { replicas: -1 } } as never);
  expect(change).toThrow(ApiError);
  expect(change).toThrow(
    'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
});
