import { expect, test } from "vitest";

import type { KubeObject } from "../../../src/api/object.ts";
import { createTestRegistry, messageOf, pod } from "../test-registry.ts";

const enforce = "pod-security.kubernetes.io/enforce";
const warn = "pod-security.kubernetes.io/warn";

const plainViolations =
  'allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), ' +
  'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), ' +
  'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), ' +
  'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")';

const hardened = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "app",
      image: "nginx",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

const container = (securityContext: object, more: object = {}): object => ({
  containers: [{ name: "app", image: "nginx", securityContext, ...more }],
});

test("restricted refuses a plain pod and says why", async () => {
  const registry = await createTestRegistry({ [enforce]: "restricted" });
  expect(await registry.refusal(pod("a"))).toBe(
    `pods "a" is forbidden: violates PodSecurity "restricted:latest": ${plainViolations}`,
  );
  expect(await registry.refusal(pod("b", hardened))).toBe("created");
});

test.each<[object, string]>([
  [{ hostNetwork: true, hostPID: true }, "host namespaces (hostNetwork=true, hostPID=true)"],
  [{ volumes: [{ name: "host", hostPath: { path: "/" } }] }, 'hostPath volumes (volume "host")'],
  [container({}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort (container "app" uses hostPort 80)'],
  [container({ privileged: true }), 'privileged (container "app" must not set securityContext.privileged=true)'],
  [
    container({ capabilities: { add: ["SYS_ADMIN", "NET_RAW", "CHOWN"] } }),
    'non-default capabilities (container "app" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
  ],
  [
    { securityContext: { seccompProfile: { type: "Unconfined" } } },
    'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    container({ seLinuxOptions: { type: "spc_t", user: "u" } }),
    'seLinuxOptions (container "app" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
  ],
  [{ securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }, "forbidden sysctls (kernel.msgmax)"],
  [
    container({ appArmorProfile: { type: "Unconfined" } }),
    'forbidden AppArmor profile (container "app" must not set AppArmor profile type to "Unconfined")',
  ],
])("baseline refuses %j", async (spec, violation) => {
  const registry = await createTestRegistry({ [enforce]: "baseline" });
  expect(await registry.refusal(pod("a", spec))).toBe(
    `pods "a" is forbidden: violates PodSecurity "baseline:latest": ${violation}`,
  );
});

test.each<[object, string]>([
  [
    { ...hardened, volumes: [{ name: "host", hostPath: { path: "/" } }] },
    'restricted volume types (volume "host" uses restricted volume type "hostPath")',
  ],
  [
    { ...hardened, securityContext: { ...hardened.securityContext, runAsUser: 0 } },
    "runAsUser=0 (pod must not set runAsUser=0)",
  ],
  [
    { ...hardened, securityContext: { ...hardened.securityContext, runAsNonRoot: false } },
    "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)",
  ],
])("restricted refuses %j", async (spec, violation) => {
  const registry = await createTestRegistry({ [enforce]: "restricted" });
  expect(await registry.refusal(pod("a", spec))).toBe(
    `pods "a" is forbidden: violates PodSecurity "restricted:latest": ${violation}`,
  );
});

test("an older version of a policy has fewer rules", async () => {
  const registry = await createTestRegistry({ [enforce]: "restricted", [`${enforce}-version`]: "v1.22" });
  const spec = { ...hardened, securityContext: { ...hardened.securityContext, runAsUser: 0 } };
  expect(await registry.refusal(pod("a", spec))).toBe("created");
  expect(await registry.refusal(pod("b"))).toContain('"restricted:v1.22"');
});

test("what is only warned of is created", async () => {
  const registry = await createTestRegistry({ [warn]: "restricted" });
  expect(await registry.refusal(pod("a"))).toBe("created");
  expect(registry.warnings).toEqual([`would violate PodSecurity "restricted:latest": ${plainViolations}`]);
});

test("templates are warned of, not refused", async () => {
  const registry = await createTestRegistry({ [enforce]: "restricted" });
  const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "app", image: "nginx" }] } };
  const spec = { selector: { matchLabels: { app: "a" } }, template };
  await registry.create({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" }, spec });
  expect(registry.warnings).toEqual([`would violate PodSecurity "restricted:latest": ${plainViolations}`]);
});

test("a namespace that grows stricter warns of the pods it has", async () => {
  const registry = await createTestRegistry();
  for (const name of ["b", "a", "c"]) await registry.create(pod(name));
  await registry.create(pod("net", { hostNetwork: true }));
  await registry.update(namespace({ [enforce]: "baseline" }));
  await registry.update(namespace({ [enforce]: "restricted" }));
  expect(registry.warnings).toEqual([
    'existing pods in namespace "team" violate the new PodSecurity enforce level "baseline:latest"',
    "net: host namespaces",
    'existing pods in namespace "team" violate the new PodSecurity enforce level "restricted:latest"',
    "a (and 2 other pods): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
    "net: host namespaces, allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
  ]);
});

test("labels that name no policy are refused", async () => {
  const registry = await createTestRegistry();
  const labels = { [enforce]: "strict", [`${warn}-version`]: "1.30" };
  expect(await registry.update(namespace(labels)).then(() => "updated", messageOf)).toBe(
    'Namespace "team" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, ' +
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
  );
});

function namespace(labels: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "team", labels } };
}
