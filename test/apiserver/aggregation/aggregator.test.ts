import { afterAll, beforeAll, expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import { createCertificateAuthority } from "../../../src/apiserver/auth/certificates.ts";
import { type Cluster, createCluster } from "../../../src/index.ts";

const labels = { app: "sample-apiserver" };
const service = { namespace: "default", name: "sample-api", port: 7443 };
const name = "v1alpha1.wardle.example.com";
const account = { kind: "ServiceAccount", name: "default", namespace: "default" };
const apiGroup = "rbac.authorization.k8s.io";

let cluster: Cluster;

function manifests(certPem: string, keyPem: string, caPem: string): readonly object[] {
  const certificates = "/apiserver.local.config/certificates";
  const containers = [
    {
      name: "sample-apiserver",
      image: "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2",
      args: [
        "--etcd-servers=http://127.0.0.1:2379",
        `--tls-cert-file=${certificates}/tls.crt`,
        `--tls-private-key-file=${certificates}/tls.key`,
      ],
      volumeMounts: [{ name: "certificates", mountPath: certificates, readOnly: true }],
      readinessProbe: { httpGet: { scheme: "HTTPS", port: 443, path: "/readyz" }, periodSeconds: 1 },
    },
    {
      name: "etcd",
      image: "registry.k8s.io/etcd:3.5.16-0",
      command: ["/usr/local/bin/etcd", "--listen-client-urls", "http://127.0.0.1:2379"],
    },
  ];
  const volumes = [{ name: "certificates", secret: { secretName: "certificates" } }];
  const data = { "tls.crt": certPem, "tls.key": keyPem };
  const binding = (kind: string, role: string, more: object = {}): object => ({
    apiVersion: `${apiGroup}/v1`,
    kind: `${kind}Binding`,
    metadata: { name: role, ...more },
    roleRef: { apiGroup, kind, name: role },
    subjects: [account],
  });
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "certificates" }, stringData: data },
    binding("ClusterRole", "system:auth-delegator"),
    binding("Role", "extension-apiserver-authentication-reader", { namespace: "kube-system" }),
    { apiVersion: "v1", kind: "Pod", metadata: { name: "sample", labels }, spec: { containers, volumes } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: service.name },
      spec: { selector: labels, ports: [{ port: service.port, targetPort: 443 }] },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name },
      spec: {
        service,
        group: "wardle.example.com",
        version: "v1alpha1",
        caBundle: Buffer.from(caPem).toString("base64"),
        groupPriorityMinimum: 2000,
        versionPriority: 200,
      },
    },
  ];
}

beforeAll(async () => {
  const authority = await createCertificateAuthority(Date.now());
  const { certPem, keyPem } = await authority.issueServer(["sample-api.default.svc"]);
  cluster = await createCluster({ clock: "virtual" });
  await cluster.listen({ nodePortAddress: false });
  await cluster.apply(manifests(certPem, keyPem, authority.caPem) as readonly KubeObject[]);
  await run("wait", "--for=condition=Available", `apiservice/${name}`, "--timeout=60s");
});
afterAll(async () => cluster.close());

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await cluster.kubectl(args);
  return stdout + stderr;
}

const flunder = JSON.stringify({
  apiVersion: "wardle.example.com/v1alpha1",
  kind: "Flunder",
  metadata: { name: "one", labels: { a: "b" } },
  spec: { reference: "x" },
});

test("what another API server serves is served as if it were this one's own", async () => {
  expect(await run("get", "apiservice", name, "--no-headers")).toMatch(/default\/sample-api +True/u);
  expect(await run("api-resources", "--api-group=wardle.example.com")).toContain("flunders");
  expect((await cluster.kubectl(["create", "-f", "-"], { stdin: flunder })).stdout).toBe(
    "flunder.wardle.example.com/one created\n",
  );
  expect(await run("get", "flunders", "-o", "jsonpath={.items[*].spec.referenceType}")).toBe("Flunder");
  expect(await run("get", "flunders")).toMatch(/^NAME +CREATED AT\none /u);
  expect(await run("delete", "flunder", "one")).toContain("deleted");
  expect(await run("get", "flunders")).toContain("No resources found");
});

test("its users are the cluster's, and the cluster says what they may", async () => {
  expect(await run("get", "flunders", "--as=bob")).toContain('User "bob" cannot list resource "flunders"');
});

test("it is not available without a pod that is ready", async () => {
  await run("delete", "pod", "sample");
  const status = JSON.parse(await run("get", "apiservice", name, "-o", "jsonpath={.status.conditions[0]}"));
  expect(status).toMatchObject({
    status: "False",
    reason: "MissingEndpoints",
    message: 'endpoints for service/sample-api in "default" have no addresses with port name ""',
  });
  const path = "/apis/wardle.example.com/v1alpha1/flunders";
  expect(await run("get", "--raw", path)).toContain("the server is currently unable to handle the request");
});
