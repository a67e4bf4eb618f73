import { describe, expect, test } from "vitest";

import { pods } from "../../../../src/resources/core/pod.ts";
import { problems } from "../../admitted.ts";

const nginx = { name: "nginx", image: "nginx" };

const rules: readonly (readonly [string, object, readonly string[]])[] = [
  ["has no containers", {}, ["spec.containers: Required value"]],
  [
    "has a container without name and image",
    { containers: [{}] },
    ["spec.containers[0].name: Required value", "spec.containers[0].image: Required value"],
  ],
  [
    "has two containers of one name",
    { containers: [nginx, nginx] },
    ['spec.containers[1].name: Duplicate value: "nginx"'],
  ],
  [
    "has a name that is no label",
    { containers: [{ name: "My_App", image: "a" }] },
    [
      "spec.containers[0].name: Invalid value: \"My_App\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    "has ports out of range",
    { containers: [{ ...nginx, ports: [{ containerPort: 70000, protocol: "XTP" }, {}] }] },
    [
      "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
      'spec.containers[0].ports[0].protocol: Unsupported value: "XTP": supported values: "SCTP", "TCP", "UDP"',
      "spec.containers[0].ports[1].containerPort: Required value",
    ],
  ],
  [
    "asks for more than its limit",
    { containers: [{ ...nginx, resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }] },
    ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
  ],
  [
    "asks for an unknown resource",
    { containers: [{ ...nginx, resources: { requests: { disk: "1" } } }] },
    [
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
    ],
  ],
  [
    "mounts what is not there",
    { containers: [{ ...nginx, volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
    ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
  ],
  [
    "mounts twice at one place",
    {
      volumes: [{ name: "a" }],
      containers: [
        {
          ...nginx,
          volumeMounts: [
            { name: "a", mountPath: "/a" },
            { name: "a", mountPath: "/a" },
          ],
        },
      ],
    },
    ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique'],
  ],
  [
    "has a volume of two kinds",
    { volumes: [{ name: "a", emptyDir: {}, hostPath: { path: "/a" } }], containers: [nginx] },
    ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
  ],
  [
    "has a variable with two sources",
    {
      containers: [
        {
          ...nginx,
          env: [{ name: "A", value: "1", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } }, { name: "B=" }],
        },
      ],
    },
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      "spec.containers[0].env[1].name: Invalid value: \"B=\": a valid environment variable name must consist only of printable ASCII characters other than '='",
    ],
  ],
  [
    "shows a field that cannot be shown",
    { containers: [{ ...nginx, env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "status.phase" } } }] }] },
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  [
    "has a probe that does nothing",
    { containers: [{ ...nginx, livenessProbe: { successThreshold: 2 } }] },
    [
      "spec.containers[0].livenessProbe: Required value: must specify a handler type",
      "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
    ],
  ],
  [
    "has an init container with a probe",
    {
      initContainers: [{ name: "init", image: "a", readinessProbe: { exec: { command: ["a"] } } }],
      containers: [nginx],
    },
    [
      "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
    ],
  ],
  [
    "has a wrong restart policy",
    { restartPolicy: "Sometimes", containers: [nginx] },
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ],
  [
    "has no name server of its own",
    { dnsPolicy: "None", containers: [nginx] },
    ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
  ],
  [
    "tolerates in a wrong way",
    { tolerations: [{ operator: "Equal", tolerationSeconds: 3 }], containers: [nginx] },
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set",
    ],
  ],
  [
    "spreads over nothing",
    { topologySpreadConstraints: [{ maxSkew: 0, whenUnsatisfiable: "Maybe" }], containers: [nginx] },
    [
      "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
      "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "DoNotSchedule", "ScheduleAnyway"',
    ],
  ],
  [
    "has an affinity to no nodes",
    {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      containers: [nginx],
    },
    [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term",
    ],
  ],
  [
    "has a host alias that is no address",
    { hostAliases: [{ ip: "home" }], containers: [nginx] },
    ['spec.hostAliases[0].ip: Invalid value: "home": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    "brings ephemeral containers",
    { containers: [nginx], ephemeralContainers: [{ name: "debug", image: "busybox" }] },
    ["spec.ephemeralContainers: Forbidden: cannot be set on create"],
  ],
  [
    "is for Windows but set up for Linux",
    { os: { name: "windows" }, securityContext: { runAsUser: 1 }, containers: [nginx] },
    ["spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod"],
  ],
];

describe("validation", () => {
  test.each(rules)("a pod is refused that %s", (_, spec, expected) => {
    expect(problems(pods, { spec })).toEqual(expected);
  });

  test("a pod with every common feature is accepted", () => {
    const spec = {
      initContainers: [
        { name: "log", image: "a", restartPolicy: "Always", startupProbe: { tcpSocket: { port: "log" } } },
      ],
      containers: [
        {
          ...nginx,
          ports: [{ name: "http", containerPort: 80 }],
          envFrom: [{ configMapRef: { name: "c" }, prefix: "X_" }],
          volumeMounts: [{ name: "all", mountPath: "/all", subPath: "a/b", readOnly: true }],
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
          resources: { limits: { "example.com/gpu": "1" } },
          securityContext: {
            runAsUser: 1000,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
          },
        },
      ],
      volumes: [
        {
          name: "all",
          projected: {
            sources: [
              { serviceAccountToken: { path: "token" } },
              { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
            ],
          },
        },
      ],
      serviceAccountName: "default",
      tolerations: [{ operator: "Exists" }],
    };
    expect(problems(pods, { spec })).toEqual([]);
  });
});
