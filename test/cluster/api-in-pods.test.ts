import { expect, test } from "vitest";

import { createCluster } from "../../src/index.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const request = `curl -s --cacert ${account}/ca.crt -H "Authorization: Bearer $(cat ${account}/token)" https://kubernetes.default.svc`;

const manifests = `
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: curlimages/curl, command: [sleep, "100000"]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: default}]
`;

test("a pod reaches the API server by its Service, over TLS and with its own token", async () => {
  await using cluster = await createCluster({ clock: "real" });
  const server = await cluster.listen();
  await cluster.apply(manifests);
  await cluster.settle();

  const versions = await cluster.exec("client", ["sh", "-c", `${request}/api`]);
  expect(JSON.parse(versions.stdout)).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
  const pods = await cluster.exec("client", ["sh", "-c", `${request}/api/v1/namespaces/default/pods`]);
  expect(JSON.parse(pods.stdout)).toMatchObject({ items: [{ metadata: { name: "client" } }] });
  const secrets = await cluster.exec("client", ["sh", "-c", `${request}/api/v1/namespaces/default/secrets`]);
  expect(JSON.parse(secrets.stdout)).toMatchObject({
    code: 403,
    message:
      'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"',
  });
  const distrust = await cluster.exec("client", ["curl", "-s", "https://kubernetes.default.svc/api"]);
  expect(distrust.exitCode).toBe(60);
  const addressed = await cluster.exec("client", ["curl", "-sk", "https://172.18.0.2:6443/version"]);
  expect(JSON.parse(addressed.stdout)).toMatchObject({ major: "1", minor: "32" });

  await server.close();
  const closed = await cluster.exec("client", ["curl", "-sk", "https://kubernetes.default.svc/version"]);
  expect(closed.exitCode).toBe(7);
});

test("a token is checked by what the API server publishes of its issuer", async () => {
  await using cluster = await createCluster({ clock: "real" });
  const server = await cluster.listen();
  await cluster.apply(`
apiVersion: v1
kind: Pod
metadata: {name: checker}
spec:
  containers:
    - name: main
      image: registry.k8s.io/e2e-test-images/agnhost:2.53
      volumeMounts: [{name: token, mountPath: /tokens}]
  volumes:
    - name: token
      projected: {sources: [{serviceAccountToken: {path: token, audience: checked}}]}
`);
  await cluster.settle();
  const command = ["/agnhost", "test-service-account-issuer-discovery", "--token-path", "/tokens/token", "--audience"];
  const good = await cluster.exec("checker", [...command, "checked"]);
  expect(good.stderr).toContain("OK: Validated signature on JWT");
  expect(good.exitCode).toBe(0);
  const bad = await cluster.exec("checker", [...command, "other"]);
  expect(bad.stderr).toContain('oidc: expected audience "other" got ["checked"]');
  expect(bad.exitCode).toBe(1);
  await server.close();
});
