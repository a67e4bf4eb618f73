import { expect, test } from "vitest";

import { createCertificateAuthority } from "../../../src/apiserver/auth/certificates.ts";
import { createCluster } from "../../../src/index.ts";

test("a pod's webhook is asked through its Service", async () => {
  const authority = await createCertificateAuthority(Date.now());
  const { certPem, keyPem } = await authority.issueServer(["hooks.default.svc"]);
  await using cluster = await createCluster({ clock: "virtual" });
  const meta = { name: "hooks", labels: { app: "hooks" } };
  const args = ["webhook", "--tls-cert-file=/tls/tls.crt", "--tls-private-key-file=/tls/tls.key", "--port=8443"];
  const container = {
    name: "main",
    image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
    args,
    volumeMounts: [{ name: "tls", mountPath: "/tls" }],
    readinessProbe: { httpGet: { scheme: "HTTPS", port: 8443, path: "/readyz" } },
  };
  const objects = [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "tls" },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certPem, "tls.key": keyPem },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: meta,
      spec: { containers: [container], volumes: [{ name: "tls", secret: { secretName: "tls" } }] },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta,
      spec: { selector: meta.labels, ports: [{ port: 443, targetPort: 8443 }] },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "hooks" },
      webhooks: [
        {
          name: "deny.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          clientConfig: {
            caBundle: Buffer.from(authority.caPem).toString("base64"),
            service: { namespace: "default", name: "hooks", path: "/always-deny" },
          },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        },
      ],
    },
  ];
  await cluster.apply(objects);
  await cluster.kubectl(["wait", "--for=condition=Ready", "pod/hooks", "--timeout=60s"]);
  const { stderr, exitCode } = await cluster.kubectl(["create", "configmap", "one"]);
  expect(stderr).toContain('admission webhook "deny.example.com" denied the request: this webhook denies all requests');
  expect(exitCode).toBe(1);
});
