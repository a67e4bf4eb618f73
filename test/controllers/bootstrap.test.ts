import { describe, expect, test } from "vitest";

import { bootstrapSigner } from "../../src/controllers/bootstrap/bootstrap-signer.ts";
import { tokenCleaner } from "../../src/controllers/bootstrap/token-cleaner.ts";
import { configMaps } from "../../src/resources/core/config-map.ts";
import { secrets } from "../../src/resources/core/secret.ts";
import { testControlPlane } from "./test-control-plane.ts";

const key = { namespace: "kube-public", name: "cluster-info" };

function token(id: string, stringData: object): object {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData: {
      "token-id": id,
      "token-secret": "0123456789abcdef",
      "usage-bootstrap-signing": "true",
      ...stringData,
    },
  };
}

describe("a bootstrap token", () => {
  test("signs what the cluster says of itself, until its time is up", async () => {
    await using t = await testControlPlane(() => [bootstrapSigner, tokenCleaner]);
    await t.client.patch(configMaps, key, { data: { kubeconfig: "kind: Config\n" } });
    const expiration = new Date(t.clock.now() + 3_600_000).toISOString();
    await t.create(token("abcdef", { expiration }), token("000000", { "usage-bootstrap-signing": "false" }));
    // What `openssl dgst -sha256 -hmac` says of it.
    expect((await t.client.get(configMaps, key))?.data).toEqual({
      kubeconfig: "kind: Config\n",
      "jws-kubeconfig-abcdef": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..3ZR7IfHD4V0NLYjj9trDyCFIZSwMzkyMpnxx9vCiSPI",
    });
    await t.advance("61m");
    expect((await t.client.list(secrets, "kube-system")).map(({ metadata }) => metadata.name)).toEqual([
      "bootstrap-token-000000",
    ]);
    expect((await t.client.get(configMaps, key))?.data).toEqual({ kubeconfig: "kind: Config\n" });
  });
});
