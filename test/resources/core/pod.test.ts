import { describe, expect, test } from "vitest";

import type { Pod, PodSpec, ResourceRequirements } from "../../../src/api/types.gen.ts";
import { pods } from "../../../src/resources/core/pod.ts";
import { qosClassOf } from "../../../src/resources/core/pod/qos-class.ts";
import { cells, defaulted, lines } from "../admitted.ts";

const now = Date.parse("2025-01-01T00:10:00Z");
const nginx = { name: "nginx", image: "nginx" };

test("a pod gets all that the API server fills in", () => {
  const pod = defaulted(pods, {
    spec: {
      containers: [
        {
          ...nginx,
          image: "nginx:1.27",
          ports: [{ containerPort: 80 }],
          livenessProbe: { httpGet: { port: 80 } },
          env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } },
        },
      ],
      volumes: [
        { name: "scratch" },
        { name: "config", configMap: { name: "c" } },
        { name: "host", hostPath: { path: "/" } },
      ],
      serviceAccount: "robot",
    },
  });
  expect(pod.spec).toEqual({
    containers: [
      {
        name: "nginx",
        image: "nginx:1.27",
        imagePullPolicy: "IfNotPresent",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        livenessProbe: {
          httpGet: { port: 80, path: "/", scheme: "HTTP" },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        env: [{ name: "NODE", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } }],
        resources: { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m", memory: "1Gi" } },
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
      },
    ],
    volumes: [
      { name: "scratch", emptyDir: {} },
      { name: "config", configMap: { name: "c", defaultMode: 420 } },
      { name: "host", hostPath: { path: "/", type: "" } },
    ],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
    serviceAccountName: "robot",
    serviceAccount: "robot",
    enableServiceLinks: true,
  });
  expect(pod.status).toEqual({ phase: "Pending", qosClass: "Burstable" });
});

test.each([
  ["nginx", "Always"],
  ["nginx:latest", "Always"],
  ["localhost:5000/nginx", "Always"],
  ["nginx:1.27", "IfNotPresent"],
  ["nginx@sha256:abc", "IfNotPresent"],
])("the image %s is pulled %s", (image, policy) => {
  const { spec } = defaulted(pods, { spec: { containers: [{ name: "a", image }] } });
  expect(spec.containers[0]?.imagePullPolicy).toBe(policy);
});

test("ports of a pod on the host's network are ports of the host", () => {
  const containers = [{ ...nginx, ports: [{ containerPort: 80 }] }];
  const { spec } = defaulted(pods, { spec: { hostNetwork: true, containers } });
  expect(spec.containers[0]?.ports?.[0]?.hostPort).toBe(80);
});

test("a gated pod says so", () => {
  const pod = defaulted(pods, { spec: { schedulingGates: [{ name: "a.io/wait" }], containers: [nginx] } });
  expect(cells(pods, pod, now)).toMatchObject({ Status: "SchedulingGated" });
});

test("label keys of an affinity become requirements", () => {
  const term = { topologyKey: "zone", labelSelector: {}, matchLabelKeys: ["v"], mismatchLabelKeys: ["team"] };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const metadata = { name: "web", namespace: "default", labels: { v: "1", team: "a" } };
  const { spec } = defaulted(pods, { metadata, spec: { affinity, containers: [nginx] } });
  const terms = spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  expect(terms[0]?.labelSelector?.matchExpressions).toEqual([
    { key: "v", operator: "In", values: ["1"] },
    { key: "team", operator: "NotIn", values: ["a"] },
  ]);
});

test("fields of features that are off are dropped, with a warning", () => {
  const pod = defaulted(pods, { spec: { hostUsers: false, containers: [nginx] } });
  expect(pod.spec.hostUsers).toBeUndefined();
  expect(pods.warnings?.(pod)).toEqual(["spec.hostUsers: dropped, because the UserNamespacesSupport feature is off"]);
});

describe("updates", () => {
  const stored = defaulted(pods, { spec: { containers: [nginx], activeDeadlineSeconds: 60 } });
  const changed = (spec: Partial<PodSpec>, subresource?: string): string[] =>
    lines(pods.validate?.({ ...stored, spec: { ...stored.spec, ...spec } }, stored, subresource) ?? []);

  test("the image, a nearer deadline and more tolerations are taken", () => {
    const containers = stored.spec.containers.map((container) => Object.assign({}, container, { image: "nginx:1.28" }));
    expect(changed({ containers, activeDeadlineSeconds: 30, tolerations: [{ operator: "Exists" }] })).toEqual([]);
  });

  test("anything else is refused, and told", () => {
    expect(changed({ nodeName: "node-1" })).toEqual([
      "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n" +
        '  core.PodSpec{\n- \tNodeName: nil,\n+ \tNodeName: "node-1",\n  \t... // 8 identical fields\n  }\n',
    ]);
    expect(changed({ containers: [] })).toContain(
      "spec.containers: Forbidden: pod updates may not add or remove containers",
    );
    expect(changed({ activeDeadlineSeconds: 90 })).toEqual([
      "spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value",
    ]);
  });

  test("ephemeral containers come through their own door only", () => {
    const debug = defaulted(pods, {
      spec: { containers: [], ephemeralContainers: [{ name: "debug", image: "busybox" }] },
    });
    const { ephemeralContainers = [] } = debug.spec;
    expect(changed({ ephemeralContainers })).toHaveLength(1);
    expect(changed({ ephemeralContainers }, "ephemeralcontainers")).toEqual([]);
  });

  test("resources are fixed, and nothing says how to change them", () => {
    const withCpu = (cpu: string): Pod =>
      defaulted(pods, { spec: { containers: [{ ...nginx, resources: { limits: { cpu } } }] } });
    const [error, ...others] = lines(pods.validate?.(withCpu("2"), withCpu("1")) ?? []);
    expect(error).toMatch(/^spec: Forbidden: pod updates may not change fields other than /u);
    expect(others).toEqual([]);
    expect(pods.subresources).not.toContain("resize");
    const resizePolicy = [{ resourceName: "cpu", restartPolicy: "NotRequired" }];
    const asked = defaulted(pods, { spec: { containers: [{ ...nginx, resizePolicy }] } });
    expect(asked.spec.containers[0]).not.toHaveProperty("resizePolicy");
    expect(pods.warnings?.(asked)).toContain(
      "spec.containers[0].resizePolicy: dropped, because the InPlacePodVerticalScaling feature is off",
    );
  });
});

test.each([
  ["BestEffort", {}],
  ["Burstable", { requests: { cpu: "1" } }],
  ["Burstable", { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" } }],
  ["Guaranteed", { requests: { cpu: "1000m", memory: "1Gi" }, limits: { cpu: "1", memory: "1024Mi" } }],
  ["BestEffort", { limits: { "example.com/gpu": "1" } }],
])("a pod is %s", (expected, resources) => {
  const containers = [{ ...nginx, resources: resources as ResourceRequirements }];
  expect(qosClassOf({ spec: { containers } })).toBe(expected);
});

test("what is odd but allowed is warned of", () => {
  const pod = defaulted(pods, {
    metadata: {
      name: "web.v1",
      namespace: "default",
      annotations: { "scheduler.alpha.kubernetes.io/critical-pod": "" },
    },
    spec: {
      nodeSelector: { "beta.kubernetes.io/os": "linux" },
      terminationGracePeriodSeconds: -1,
      containers: [
        {
          ...nginx,
          env: [
            { name: "A", value: "1" },
            { name: "A", value: "2" },
          ],
          ports: [{ containerPort: 80 }, { containerPort: 80 }],
          resources: { limits: { memory: "100m" } },
        },
      ],
    },
  });
  expect(pods.warnings?.(pod)?.slice(1)).toEqual([
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
    'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
    "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
  ]);
});

test("a container that has ended for good cannot come back", () => {
  const running = { running: { startedAt: "2025-01-01T00:00:00Z" } };
  const ended = { terminated: { exitCode: 0 } };
  const pod = defaulted(pods, { spec: { restartPolicy: "Never", containers: [nginx] } });
  const status = { name: "nginx", image: "nginx", imageID: "", ready: false, restartCount: 0 };
  const withState = (state: object): Pod => ({
    ...pod,
    status: { ...pod.status, containerStatuses: [{ ...status, state }] },
  });
  expect(lines(pods.validateStatus?.(withState(running), withState(ended)) ?? [])).toEqual([
    "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
  ]);
});
