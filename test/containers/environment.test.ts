import { beforeAll, describe, expect, test } from "vitest";

import { podManifest } from "./kubectl-cluster.ts";
import { startVirtualCluster, type VirtualCluster } from "./virtual-cluster.ts";

let on: VirtualCluster;
beforeAll(async () => {
  on = await startVirtualCluster();
});

const sleeps = { name: "main", image: "busybox", command: ["sleep", "1000000"] };
const only = (more: object): object => ({ containers: [{ ...sleeps, ...more }] });

describe("names and networks", () => {
  test("hostname, subdomain, aliases and the pod's own name are in /etc/hosts", async () => {
    const hostAliases = [{ ip: "10.1.2.3", hostnames: ["foo.local", "bar.local"] }];
    await on.apply(
      `apiVersion: v1\nkind: Service\nmetadata: { name: team }\nspec: { clusterIP: None, selector: { app: named }, ports: [{ port: 80 }] }\n`,
      podManifest("named", { hostname: "ada", subdomain: "team", hostAliases }, { labels: { app: "named" } }),
    );
    const ip = (await on.pod("named")).status?.podIP ?? "";
    expect(await on.sh("named", "hostname; hostname -f; cat /etc/hosts")).toBe(
      "ada\nada.team.default.svc.cluster.local\n" +
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n" +
        "fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n" +
        `${ip}\tada.team.default.svc.cluster.local\tada\n\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\tbar.local\n`,
    );
    expect(await on.sh("named", "nslookup ada.team.default.svc.cluster.local | tail -n +4")).toContain(
      `Address: ${ip}`,
    );
  });

  test("setHostnameAsFQDN makes the whole name the kernel's", async () => {
    await on.apply(podManifest("whole", { hostname: "ada", subdomain: "team", setHostnameAsFQDN: true }));
    expect(await on.sh("whole", "hostname")).toBe("ada.team.default.svc.cluster.local\n");
  });

  test.each([
    [
      "ClusterFirst",
      {},
      "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
    ],
    [
      "None",
      {
        dnsPolicy: "None",
        dnsConfig: {
          nameservers: ["1.2.3.4"],
          searches: ["my.dns"],
          options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
        },
      },
      "search my.dns\nnameserver 1.2.3.4\noptions ndots:2 edns0\n",
    ],
    [
      "ClusterFirst and more",
      { dnsConfig: { searches: ["my.dns"], options: [{ name: "ndots", value: "1" }] } },
      "search default.svc.cluster.local svc.cluster.local cluster.local my.dns\nnameserver 10.96.0.10\noptions ndots:1\n",
    ],
  ])("resolv.conf with dnsPolicy %s", async (policy, spec, text) => {
    const name = `dns-${policy.toLowerCase().replaceAll(" ", "-")}`;
    await on.apply(podManifest(name, spec));
    expect(await on.sh(name, "cat /etc/resolv.conf")).toBe(text);
  });

  test("hostNetwork is the node's own address and name", async () => {
    const volumes = [{ name: "node", hostPath: { path: "/etc/hosts", type: "FileOrCreate" } }];
    const inNode = only({ volumeMounts: [{ name: "node", mountPath: "/node-hosts" }] });
    await on.apply(
      podManifest("on-host", { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet", volumes, ...inNode }),
    );
    const { spec, status } = await on.pod("on-host");
    expect(status?.podIP).toBe(status?.hostIP);
    expect(await on.sh("on-host", "hostname")).toBe(`${spec.nodeName}\n`);
    expect(await on.sh("on-host", "tail -n +2 /etc/hosts | diff - /node-hosts; tail -1 /node-hosts")).toBe(
      `${status?.hostIP}\t${spec.nodeName}\n`,
    );
  });
});

describe("what a security context shows", () => {
  test("user, groups and the owner of volumes", async () => {
    const securityContext = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] };
    const volumes = [{ name: "v", emptyDir: {} }];
    await on.apply(
      podManifest("user", { securityContext, volumes, ...only({ volumeMounts: [{ name: "v", mountPath: "/v" }] }) }),
    );
    expect(await on.sh("user", "id; touch /v/mine; stat -c '%u %g' /v/mine; touch /etc/x; whoami")).toBe(
      "uid=1000 gid=3000 groups=2000,3000,4000\n1000 2000\ntouch: /etc/x: Permission denied\nwhoami: unknown uid 1000\nexit 1\n",
    );
  });

  test("a read-only root is read-only, volumes are not", async () => {
    const volumes = [{ name: "v", emptyDir: {} }];
    const container = {
      securityContext: { readOnlyRootFilesystem: true },
      volumeMounts: [{ name: "v", mountPath: "/v" }],
    };
    await on.apply(podManifest("strict", { volumes, ...only(container) }));
    expect(await on.sh("strict", "echo x > /v/x; cat /v/x; echo x > /x")).toBe(
      "x\nsh: can't create /x: Read-only file system\nexit 1\n",
    );
  });
});

describe("the downward API and other variables", () => {
  const field = (name: string, fieldPath: string): object => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const resource = (name: string, what: string, divisor?: string): object => ({
    name,
    valueFrom: { resourceFieldRef: { resource: what, ...(divisor ? { divisor } : {}) } },
  });

  test("fields, resources, references and Services reach the environment", async () => {
    const env = [
      field("NAME", "metadata.name"),
      field("NS", "metadata.namespace"),
      field("NODE", "spec.nodeName"),
      field("SA", "spec.serviceAccountName"),
      field("IP", "status.podIP"),
      field("HOST", "status.hostIP"),
      field("APP", "metadata.labels['app']"),
      field("NOTE", "metadata.annotations['note']"),
      resource("CPU", "limits.cpu"),
      resource("MILLI", "requests.cpu", "1m"),
      resource("MEM", "limits.memory", "1Mi"),
      { name: "BOTH", value: "$(NAME)-$(APP) $$(NAME) $(NOPE)" },
    ];
    const resources = { requests: { cpu: "250m" }, limits: { cpu: "1500m", memory: "64Mi" } };
    await on.apply(
      podManifest("down", only({ env, resources, command: ["sh", "-c", "echo $(BOTH); sleep 1000000"] }), {
        labels: { app: "x" },
        annotations: { note: "y" },
      }),
    );
    const { spec, status } = await on.pod("down");
    expect(
      await on.sh(
        "down",
        'echo $NAME $NS $NODE $SA $IP $HOST $APP $NOTE $CPU $MILLI $MEM; echo "$BOTH"; echo $KUBERNETES_SERVICE_HOST',
      ),
    ).toBe(
      `down default ${spec.nodeName} default ${status?.podIP} ${status?.hostIP} x y 2 250 64\ndown-x $(NAME) $(NOPE)\n10.96.0.1\n`,
    );
    expect(status?.qosClass).toBe("Burstable");
  });

  test("files tell labels and annotations as they are now", async () => {
    const items = [
      { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
      { path: "deep/cpu", resourceFieldRef: { containerName: "main", resource: "requests.cpu", divisor: "1m" } },
    ];
    const volumes = [{ name: "v", downwardAPI: { items } }];
    const container = { volumeMounts: [{ name: "v", mountPath: "/v" }], resources: { requests: { cpu: "100m" } } };
    await on.apply(podManifest("files", { volumes, ...only(container) }, { labels: { a: "1" } }));
    expect(await on.sh("files", "cat /v/labels; echo; cat /v/deep/cpu")).toBe('a="1"\n100');
    await on.patch("/api/v1/namespaces/default/pods/files", { metadata: { labels: { b: "2" } } });
    await on.cluster.advance("2m");
    expect(await on.sh("files", "cat /v/labels")).toBe('a="1"\nb="2"');
  });
});

describe("volumes", () => {
  test("a changed ConfigMap or Secret reaches files at once, but neither variables nor a subPath", async () => {
    const data = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "live" }, data: { key: "old" } };
    const secret = { kind: "Secret", apiVersion: "v1", metadata: { name: "live" }, stringData: { key: "s-old" } };
    const container = {
      env: [{ name: "KEY", valueFrom: { configMapKeyRef: { name: "live", key: "key" } } }],
      volumeMounts: [
        { name: "c", mountPath: "/c" },
        { name: "s", mountPath: "/s" },
        { name: "c", mountPath: "/sub/key", subPath: "key" },
      ],
    };
    const volumes = [
      { name: "c", configMap: { name: "live" } },
      { name: "s", secret: { secretName: "live", defaultMode: 0o400 } },
    ];
    await on.apply(data, secret, podManifest("live", { volumes, ...only(container) }));
    const look = "cat /c/key; echo; cat /s/key; echo; cat /sub/key; echo; echo $KEY";
    expect(await on.sh("live", `${look}; stat -L -c %a /s/key; readlink /c/key; readlink /c/..data | cut -c1-4`)).toBe(
      "old\ns-old\nold\nold\n400\n..data/key\n..20\n",
    );
    await on.patch("/api/v1/namespaces/default/configmaps/live", { data: { key: "new" } });
    await on.patch("/api/v1/namespaces/default/secrets/live", { stringData: { key: "s-new" } });
    await on.cluster.advance("2m");
    expect(await on.sh("live", look)).toBe("new\ns-new\nold\nold\n");
  });

  test("an immutable ConfigMap cannot change", async () => {
    await on.apply({
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "fixed" },
      immutable: true,
      data: { key: "for good" },
    });
    await expect(on.patch("/api/v1/namespaces/default/configmaps/fixed", { data: { key: "no" } })).rejects.toThrow(
      /field is immutable when `immutable` is set/u,
    );
  });

  test("a projected volume gathers several sources; subPath and subPathExpr choose from a volume", async () => {
    await on.apply({ kind: "ConfigMap", apiVersion: "v1", metadata: { name: "parts" }, data: { a: "A", b: "B" } });
    const sources = [
      { configMap: { name: "parts", items: [{ key: "a", path: "x/a", mode: 0o600 }] } },
      { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
      { serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 600 } },
    ];
    const volumes = [
      { name: "all", projected: { sources } },
      { name: "data", emptyDir: {} },
    ];
    const container = {
      env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      volumeMounts: [
        { name: "all", mountPath: "/all" },
        { name: "data", mountPath: "/mine", subPathExpr: "logs/$(POD)" },
        { name: "data", mountPath: "/whole" },
      ],
    };
    await on.apply(podManifest("parts", { volumes, ...only(container) }));
    expect(
      await on.sh(
        "parts",
        "cat /all/x/a /all/name; echo; stat -L -c %a /all/x/a; echo hi > /mine/f; find /whole -type f",
      ),
    ).toBe("Aparts\n600\n/whole/logs/parts/f\n");
    const token = await on.sh("parts", "cat /all/token");
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      aud: string[];
      exp: number;
      iat: number;
    };
    expect(claims).toMatchObject({ aud: ["vault"] });
    expect(claims.exp - claims.iat).toBe(600);
  });

  test("the API server knows a pod by its service-account token", async () => {
    await on.apply(podManifest("speaks"));
    const token = await on.sh("speaks", "cat /var/run/secrets/kubernetes.io/serviceaccount/token");
    expect(
      await on.sh(
        "speaks",
        "ls /var/run/secrets/kubernetes.io/serviceaccount; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace",
      ),
    ).toBe("ca.crt\nnamespace\ntoken\ndefault");
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
    const response = await on.cluster.transport.request({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/tokenreviews",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(review),
    });
    let text = "";
    for await (const bytes of response.body) text += Buffer.from(bytes).toString();
    expect(JSON.parse(text)).toMatchObject({
      status: { authenticated: true, user: { username: "system:serviceaccount:default:default" } },
    });
  });
});

test("the status says all that never changes", async () => {
  const resources = { requests: { cpu: "100m", memory: "10Mi" }, limits: { cpu: "100m", memory: "10Mi" } };
  await on.apply(podManifest("whole-status", only({ resources })));
  const { status } = await on.pod("whole-status");
  expect(status).toMatchObject({
    phase: "Running",
    qosClass: "Guaranteed",
    hostIPs: [{ ip: status?.hostIP }],
    podIPs: [{ ip: status?.podIP }],
    startTime: expect.any(String),
  });
  expect(
    status?.conditions?.map(
      ({ type, status: value, lastTransitionTime }) => `${type} ${value} ${typeof lastTransitionTime}`,
    ),
  ).toEqual([
    "PodReadyToStartContainers True string",
    "Initialized True string",
    "Ready True string",
    "ContainersReady True string",
    "PodScheduled True string",
  ]);
  expect(status?.containerStatuses?.[0]).toMatchObject({
    name: "main",
    ready: true,
    started: true,
    restartCount: 0,
    image: "docker.io/library/busybox:latest",
    imageID: expect.stringMatching(/^docker\.io\/library\/busybox@sha256:[\da-f]{64}$/u),
    containerID: expect.stringMatching(/^containerd:\/\/[\da-f]{64}$/u),
    lastState: {},
    state: { running: { startedAt: expect.any(String) } },
    volumeMounts: [
      expect.objectContaining({
        mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
        readOnly: true,
        recursiveReadOnly: "Disabled",
      }),
    ],
  });
  expect(on.errors).toEqual([]);
});
