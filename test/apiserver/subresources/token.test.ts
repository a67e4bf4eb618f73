import { expect, test } from "vitest";

import { startTestApi } from "../test-api.ts";

const team = "/api/v1/namespaces/team";
const yearSeconds = 365 * 24 * 3600;

interface Claims {
  readonly exp: number;
  readonly iat: number;
  readonly "kubernetes.io": { readonly warnafter?: number };
}

function claimsOf(token: string): Claims {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
}

test("the token that a pod gets by default is good for a year, but warns after an hour", async () => {
  const api = await startTestApi();
  await api.post(`${team}/serviceaccounts`, { metadata: { name: "default" } });
  const containers = [{ name: "app", image: "nginx" }];
  const { body: pod } = await api.post(`${team}/pods`, { metadata: { name: "one" }, spec: { containers } });
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: "one", uid: pod.metadata.uid };
  const issued = async (spec: object): Promise<{ until: number; claims: Claims }> => {
    const { body } = await api.post(`${team}/serviceaccounts/default/token`, { spec });
    return { until: Date.parse(body.status.expirationTimestamp) / 1000, claims: claimsOf(body.status.token) };
  };
  const { until, claims } = await issued({ expirationSeconds: 3607, boundObjectRef });
  expect([until - claims.iat, claims.exp - claims.iat]).toEqual([3607, yearSeconds]);
  expect(claims["kubernetes.io"].warnafter).toBe(claims.iat + 3607);
  for (const spec of [{ expirationSeconds: 3600, boundObjectRef }, { expirationSeconds: 3607 }]) {
    const { claims: plain } = await issued(spec);
    expect(plain.exp - plain.iat).toBe(spec.expirationSeconds);
    expect(plain["kubernetes.io"].warnafter).toBeUndefined();
  }
});
