import { expect, test } from "vitest";

import type { Secret } from "../../../src/api/types.gen.ts";
import { bootstrapTokens } from "../../../src/apiserver/auth/bootstrap-tokens.ts";
import { VirtualClock } from "../../../src/sim/virtual-clock.ts";

const clock = new VirtualClock();
const good = {
  "token-id": "abcdef",
  "token-secret": "0123456789abcdef",
  "usage-bootstrap-authentication": "true",
  "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
};

function bearer(token: string, change: Readonly<Record<string, string>> = {}): unknown {
  const data = Object.entries({ ...good, ...change }).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "bootstrap-token-abcdef", namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(data) as Record<string, string>,
  } satisfies Secret;
  const secretNamed = (name: string): Secret | undefined => (name === secret.metadata.name ? secret : undefined);
  return bootstrapTokens({ clock, secretNamed }).authenticateToken(token)?.user;
}

const token = "abcdef.0123456789abcdef";

test("a bootstrap token makes its bearer a machine that joins", () => {
  expect(bearer(token)).toEqual({
    name: "system:bootstrap:abcdef",
    groups: ["system:bootstrappers", "system:bootstrappers:kubeadm:default-node-token"],
  });
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ["another secret", "abcdef.fedcba9876543210", {}],
  ["an id that nobody knows", "000000.0123456789abcdef", {}],
  ["another form", "abcdef", {}],
  ["no leave to authenticate", token, { "usage-bootstrap-authentication": "false" }],
  ["its time up", token, { expiration: "2024-12-31T23:59:59Z" }],
  ["a time that cannot be read", token, { expiration: "tomorrow" }],
  ["a group of others", token, { "auth-extra-groups": "system:masters" }],
])("a bootstrap token with %s is worth nothing", (_, text, change) => {
  expect(bearer(text, change)).toBeUndefined();
});
