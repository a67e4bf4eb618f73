import { expect, test } from "vitest";

import { cloneTree, deepFreeze } from "../../../src/api/object.ts";
import { completeObject } from "../../../src/apiserver/schema/completion.ts";
import { applyDefaults } from "../../../src/apiserver/schema/defaults.ts";

const deployment = "io.k8s.api.apps.v1.Deployment";

test("defaults are filled in however deep they are, and not over what is set", () => {
  const ports = [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }];
  const livenessProbe = { grpc: { port: 1 } };
  const object = { spec: { template: { spec: { containers: [{ name: "a", ports, livenessProbe }] } } } };
  applyDefaults(deployment, object);
  expect(object.spec.template.spec.containers).toEqual([
    {
      name: "a",
      ports: [
        { containerPort: 80, protocol: "TCP" },
        { containerPort: 53, protocol: "UDP" },
      ],
      livenessProbe: { grpc: { port: 1, service: "" } },
    },
  ]);
});

test("an empty name that Go would leave out is no default", () => {
  const object = { spec: { imagePullSecrets: [{}] } };
  applyDefaults("io.k8s.api.core.v1.Pod", object);
  expect(object.spec.imagePullSecrets).toEqual([{}]);
});

test("a completed object has what Go always writes", () => {
  const object = {
    metadata: { name: "x", creationTimestamp: "t" },
    spec: { selector: {}, template: { spec: { containers: [{ name: "a" }] } } },
  };
  completeObject(deployment, object);
  expect(object).toEqual({
    metadata: { name: "x", creationTimestamp: "t" },
    spec: {
      selector: {},
      strategy: {},
      template: { metadata: { creationTimestamp: null }, spec: { containers: [{ name: "a", resources: {} }] } },
    },
    status: {},
  });
});

test("a container's status is completed with zeros and empty states", () => {
  const pod = { status: { conditions: [{ type: "Ready", status: "True" }], containerStatuses: [{ name: "a" }] } };
  completeObject("io.k8s.api.core.v1.Pod", pod);
  expect(pod.status).toEqual({
    conditions: [{ type: "Ready", status: "True", lastProbeTime: null, lastTransitionTime: null }],
    containerStatuses: [{ name: "a", image: "", imageID: "", lastState: {}, ready: false, restartCount: 0, state: {} }],
  });
});

test("completing leaves alone what is stored already, and changes nothing the second time", () => {
  const template = deepFreeze({ spec: { containers: [{ name: "a" }] } });
  const object = { spec: { selector: {}, template } };
  completeObject(deployment, object);
  expect(object.spec.template).toEqual({ spec: { containers: [{ name: "a" }] } });
  const once = cloneTree(object);
  completeObject(deployment, object);
  expect(object).toEqual(once);
});
