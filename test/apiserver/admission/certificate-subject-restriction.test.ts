// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import { webcrypto } from "node:crypto";

import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";

import { createTestRegistry } from "../test-registry.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

async function signingRequest(subject: string, signerName: string): Promise<object> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm: algorithm,
  });
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "mallory" },
    spec: { request: Buffer.from(request.toString("pem")).toString("base64"), signerName, usages: ["client auth"] },
  };
}

test("nobody asks for a client certificate of system:masters", async () => {
  const registry = await createTestRegistry();
  const request = await signingRequest("CN=mallory,O=system:masters", "kubernetes.io/kube-apiserver-client");
  expect(await registry.refusal(request)).toBe(
    'certificatesigningrequests.certificates.k8s.io "mallory" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
});

test.each([
  ["CN=alice,O=developers", "kubernetes.io/kube-apiserver-client"],
  ["CN=mallory,O=system:masters", "example.com/own"],
])("%s may ask %s", async (subject, signerName) => {
  const registry = await createTestRegistry();
  expect(await registry.refusal(await signingRequest(subject, signerName))).toBe("created");
});
