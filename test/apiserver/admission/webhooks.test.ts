import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createCertificateAuthority } from "../../../src/apiserver/auth/certificates.ts";
import type { NodeAgents } from "../../../src/client/node-agents.ts";
import { agnhost } from "../../../src/images/agnhost/agnhost.ts";
import { NetworkError } from "../../../src/network/network.ts";
import { createPods } from "../../images/pods.ts";
import { serveWebhook } from "../../support/webhook-server.ts";
import { type Answer, startTestApi, type TestApi } from "../test-api.ts";

const group = "/apis/admissionregistration.k8s.io/v1";
const configMaps = "/api/v1/namespaces/team/configmaps";
const mark = "webhook-e2e-test";

let agents: NodeAgents;
let caBundle: string;
let api: TestApi;

/** agnhost's webhooks in a pod, and the way to them. */
beforeAll(async () => {
  const authority = await createCertificateAuthority(Date.now());
  const { certPem, keyPem } = await authority.issueServer(["hooks.team.svc"]);
  caBundle = Buffer.from(authority.caPem).toString("base64");
  const pods = createPods();
  const script = 'echo "$CERT" > /tmp/crt; echo "$KEY" > /tmp/key; exec /agnhost webhook';
  const flags = " --tls-cert-file=/tmp/crt --tls-private-key-file=/tmp/key --port=8443";
  const pod = pods.start(agnhost, { command: ["sh", "-c", script + flags], env: { CERT: certPem, KEY: keyPem } });
  await pods.clock.advance(1000);
  expect(pod.output).toEqual({ stdout: "", stderr: "" });
  const dial = async (_: unknown, port: number): Promise<unknown> =>
    port === 1
      ? Promise.reject(new NetworkError("ECONNREFUSED"))
      : pods.network.dial("10.244.0.9", { ip: pod.ip, port });
  agents = { portForward: dial } as unknown as NodeAgents;
});

beforeEach(async () => {
  api = await startTestApi(agents);
  const core = "/api/v1/namespaces/team";
  const containers = [{ name: "app", image: "agnhost" }];
  await api.post(`${core}/serviceaccounts`, { metadata: { name: "default" } });
  await api.post(`${core}/pods`, { metadata: { name: "hooks" }, spec: { containers } });
  const ports = [
    { name: "tls", port: 443, targetPort: 8443 },
    { name: "shut", port: 444, targetPort: 1 },
  ];
  await api.post(`${core}/services`, { metadata: { name: "hooks" }, spec: { clusterIP: "10.96.0.77", ports } });
  await api.post("/apis/discovery.k8s.io/v1/namespaces/team/endpointslices", {
    metadata: { name: "hooks", labels: { "kubernetes.io/service-name": "hooks" } },
    addressType: "IPv4",
    ports: [
      { name: "tls", port: 8443 },
      { name: "shut", port: 1 },
    ],
    endpoints: [{ addresses: ["10.244.0.10"], targetRef: { kind: "Pod", name: "hooks", namespace: "team" } }],
  });
});

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string };
}

interface Options {
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
  readonly service?: object;
  readonly more?: object;
}

function webhook(path: string, { resources = ["configmaps"], operations, service, more }: Options = {}): object {
  return {
    name: `${path.replaceAll("/", "")}.example.com`,
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    clientConfig: { caBundle, service: { namespace: "team", name: "hooks", path, ...service } },
    rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: operations ?? ["CREATE", "UPDATE"], resources }],
    ...more,
  };
}

async function configure(kind: "validating" | "mutating", ...webhooks: readonly object[]): Promise<Answer> {
  return api.post(`${group}/${kind}webhookconfigurations`, { metadata: { name: kind }, webhooks });
}

const configMap = (data: Record<string, string>, name = "one"): object => ({ metadata: { name }, data });
const unwanted = configMap({ [mark]: "webhook-disallow" });
const message = async (object: object): Promise<unknown> => (await api.post(configMaps, object)).body.message;

describe("a validating webhook", () => {
  test("denies", async () => {
    await configure("validating", webhook("/configmaps"));
    expect((await api.post(configMaps, unwanted)).body).toMatchObject({
      code: 400,
      message:
        'admission webhook "configmaps.example.com" denied the request: the configmap contains unwanted key and value',
    });
    expect((await api.post(configMaps, configMap({}))).status).toBe(201);
    expect((await api.patch(`${configMaps}/one`, unwanted)).status).toBe(400);
  });

  test("says of a deletion what it has against it", async () => {
    await configure("validating", webhook("/configmaps", { operations: ["DELETE"] }));
    await api.post(configMaps, configMap({ [mark]: "webhook-nondeletable" }));
    expect((await api.delete(`${configMaps}/one`)).body.message).toMatch(
      /denied the request: the configmap cannot be deleted because it contains unwanted key and value$/u,
    );
  });

  test("judges deletions and connections", async () => {
    await configure(
      "validating",
      webhook("/always-deny", { operations: ["DELETE"] }),
      webhook("/pods/attach", { operations: ["CONNECT"], resources: ["pods/attach"] }),
    );
    await api.post(configMaps, configMap({}));
    const denied = 'admission webhook "always-deny.example.com" denied the request: this webhook denies all requests';
    expect((await api.delete(`${configMaps}/one`)).body.message).toBe(denied);
    const attach = api.plane.server.open({
      method: "GET",
      path: "/api/v1/namespaces/team/pods/to-be-attached-pod/attach",
      query: new URLSearchParams("stdin=true&container=container1"),
      headers: {},
      body: new Uint8Array(),
      user: { name: "admin", groups: ["system:masters"] },
      signal: new AbortController().signal,
    });
    await expect(attach).rejects.toThrow("attaching to pod 'to-be-attached-pod' is not allowed");
  });

  test("is for what its rules, selectors and conditions say", async () => {
    const never = { matchConditions: [{ name: "never", expression: "request.name == 'two'" }] };
    await configure("validating", webhook("/always-deny", { more: never }));
    expect((await api.post(configMaps, configMap({}))).status).toBe(201);
    expect((await api.post(configMaps, configMap({}, "two"))).status).toBe(400);
  });

  const post = (port: number, path = "always-deny"): string =>
    `Internal error occurred: failed calling webhook "${path}.example.com": failed to call webhook: Post "https://hooks.team.svc:${port}/${path}?timeout=10s": `;

  test.each([
    [{ service: { port: 444 } }, `${post(444)}dial tcp 10.96.0.77:444: connect: connection refused`],
    [
      { more: { clientConfig: { service: { namespace: "team", name: "hooks", path: "/always-deny" } } } },
      `${post(443)}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ],
    [{ service: { name: "none" } }, `${post(443).replace("hooks.", "none.")}service "none" not found`],
  ])("fails with %o", async (options, why) => {
    await configure("validating", webhook("/always-deny", options));
    expect(await message(configMap({}))).toBe(why);
  });

  test("fails where there is nothing at its path", async () => {
    await configure("validating", webhook("/nothing"));
    expect(await message(configMap({}))).toBe(
      'Internal error occurred: failed calling webhook "nothing.example.com": failed to call webhook: the server could not find the requested resource',
    );
  });

  test("may fail", async () => {
    const more = { failurePolicy: "Ignore" };
    await configure("validating", webhook("/always-deny", { service: { port: 444 }, more }));
    expect((await api.post(configMaps, configMap({}))).status).toBe(201);
  });

  test("has its time", async () => {
    await configure("validating", webhook("/always-allow-delay-5s", { more: { timeoutSeconds: 1 } }));
    const answer = message(configMap({}));
    await api.clock.advance(1000);
    expect(await answer).toMatch(/\?timeout=1s": context deadline exceeded$/u);
  });

  test("has no more time than the request has left", async () => {
    const asked: string[] = [];
    await using server = await serveWebhook((path, { apiVersion, kind, request }: Review) => {
      asked.push(path);
      return { body: { apiVersion, kind, response: { uid: request.uid, allowed: true } } };
    });
    const clientConfig = { url: server.url, caBundle: server.caBundle };
    const hook = (name: string, timeoutSeconds: number): object => ({
      ...webhook(`/${name}`, { more: { clientConfig, timeoutSeconds } }),
    });
    await configure("mutating", hook("one", 20), hook("two", 5));
    expect((await api.post(`${configMaps}?timeout=9.5s`, configMap({}))).status).toBe(201);
    expect(asked).toEqual(["/?timeout=10s", "/?timeout=5s"]);
  });

  test("is called again by URL over the connections that are open", async () => {
    await using server = await serveWebhook((_, { apiVersion, kind, request }: Review) => ({
      body: { apiVersion, kind, response: { uid: request.uid, allowed: true } },
    }));
    const clientConfig = { url: server.url, caBundle: server.caBundle };
    await configure("validating", webhook("/by-url", { more: { clientConfig } }));
    const made = async (name: string): Promise<number> => (await api.post(configMaps, configMap({}, name))).status;
    expect(await Promise.all(["a", "b", "c"].map(made))).toEqual([201, 201, 201]);
    expect(server.connections).toBe(3);
    expect(await Promise.all(["d", "e", "f"].map(made))).toEqual([201, 201, 201]);
    expect(server.connections).toBe(3);
    server.hangUp();
    expect(await made("g")).toBe(201);
    expect(server.connections).toBe(4);
  });

  test("ends the request when it takes all the time that is left", async () => {
    const more = { failurePolicy: "Ignore", timeoutSeconds: 4 };
    await configure("mutating", webhook("/always-allow-delay-5s", { more }), webhook("/always-deny", { more }));
    const answer = api.post(`${configMaps}?timeout=3s`, configMap({}));
    await api.clock.advance(3000);
    expect((await answer).body).toMatchObject({
      code: 504,
      reason: "Timeout",
      message: "Timeout: request did not complete within requested timeout - context deadline exceeded",
    });
  });

  test("is called by URL, where this machine finds it", async () => {
    await using server = await serveWebhook((path, { apiVersion, kind, request }: Review) => {
      const response = { uid: request.uid, allowed: false, status: { message: `no, says ${path}` } };
      return { body: { apiVersion, kind, response } };
    });
    const by = (url: string, bundle = server.caBundle): Promise<Answer> =>
      configure("validating", webhook("/by-url", { more: { clientConfig: { url, caBundle: bundle } } }));
    await by(`${server.url}/validate`);
    expect(await message(configMap({}))).toBe(
      'admission webhook "by-url.example.com" denied the request: no, says /validate?timeout=10s',
    );
    const failing = async (url: string, bundle?: string): Promise<unknown> => {
      await api.delete(`${group}/validatingwebhookconfigurations/validating`);
      await by(url, bundle);
      return message(configMap({}));
    };
    const failed = (url: string): string =>
      `Internal error occurred: failed calling webhook "by-url.example.com": failed to call webhook: Post "${url}?timeout=10s": `;
    expect(await failing("https://127.0.0.1:1/x")).toBe(
      `${failed("https://127.0.0.1:1/x")}dial tcp 127.0.0.1:1: connect: connection refused`,
    );
    expect(await failing(server.url, caBundle)).toBe(
      `${failed(`${server.url}/`)}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    );
  });

  test("holds the cluster's time while it is asked by URL", async () => {
    await using server = await serveWebhook(async (_, { apiVersion, kind, request }: Review) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { body: { apiVersion, kind, response: { uid: request.uid, allowed: true } } };
    });
    const clientConfig = { url: server.url, caBundle: server.caBundle };
    await configure("validating", webhook("/by-url", { more: { clientConfig } }));
    const before = api.clock.now();
    const answer = api.post(configMaps, configMap({}));
    await api.clock.settle();
    const done = await Promise.race([answer, Promise.resolve("late")]);
    expect(done).toMatchObject({ status: 201 });
    expect(api.clock.now()).toBe(before);
  });
});

describe("a mutating webhook", () => {
  test("adds nothing to a custom resource that its schema does not know", async () => {
    const text = { type: "string" };
    const data = { type: "object", properties: { "mutation-start": text, "mutation-stage-1": text } };
    const schema = { openAPIV3Schema: { type: "object", properties: { data } } };
    const versions = [{ name: "v1", served: true, storage: true, schema }];
    const spec = { group: "example.com", scope: "Namespaced", names: { plural: "things", kind: "Thing" }, versions };
    await api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      metadata: { name: "things.example.com" },
      spec,
    });
    await api.clock.settle();
    const rules = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE"], resources: ["things"] }];
    const hook = webhook("/mutating-custom-resource", { more: { rules } });
    await configure("mutating", hook, { ...hook, name: "second.example.com" });
    const thing = { kind: "Thing", metadata: { name: "one" }, data: { "mutation-start": "yes" } };
    const { body } = await api.post("/apis/example.com/v1/namespaces/team/things", thing);
    expect(body.data).toEqual({ "mutation-start": "yes", "mutation-stage-1": "yes" });
  });

  test("changes what is stored, each seeing what those before it did", async () => {
    await configure("mutating", webhook("/mutating-configmaps"), {
      ...webhook("/mutating-configmaps"),
      name: "second.example.com",
    });
    const { body } = await api.post(configMaps, configMap({ "mutation-start": "yes" }));
    expect(body.data).toEqual({
      "mutation-start": "yes",
      "mutation-stage-1": "yes",
      "mutation-stage-2": "yes",
    });
  });

  test("has what it adds filled in", async () => {
    await configure("mutating", webhook("/mutating-pods", { resources: ["pods"] }));
    const containers = [{ name: "app", image: "nginx" }];
    const pod = { metadata: { name: "webhook-to-be-mutated" }, spec: { containers } };
    const { body } = await api.post("/api/v1/namespaces/team/pods", pod);
    expect(body.spec.initContainers).toMatchObject([
      {
        name: "webhook-added-init-container",
        terminationMessagePolicy: "File",
        imagePullPolicy: "Always",
        volumeMounts: [{ mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
      },
    ]);
  });

  test("is never asked about what configures webhooks", async () => {
    const rules = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }];
    await configure("mutating", webhook("/always-deny", { more: { rules } }));
    expect((await api.post(configMaps, configMap({}))).status).toBe(400);
    expect((await api.delete(`${group}/mutatingwebhookconfigurations/mutating`)).status).toBe(200);
    expect((await api.post(configMaps, configMap({}))).status).toBe(201);
  });
});
