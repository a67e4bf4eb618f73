import { webcrypto } from "node:crypto";

// oxlint-disable-next-line no-unassigned-import -- @peculiar/x509 needs it to be there first
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { describe, expect, test } from "vitest";

import type { KubeObject } from "../../src/api/object.ts";
import { createCertificateAuthority, readCertificateRequest } from "../../src/apiserver/auth/certificates.ts";
import { approvalRight } from "../../src/cluster/approval-right.ts";
import type { CertificateSigner } from "../../src/controllers/certificates/certificate-signer.ts";
import {
  certificateApprover,
  certificateCleaner,
  certificateSigning,
} from "../../src/controllers/certificates/certificate-signing.ts";
import { certificateSigningRequests } from "../../src/resources/certificates/certificate-signing-request.ts";
import { type TestControlPlane, testControlPlane } from "./test-control-plane.ts";

async function plane(): Promise<TestControlPlane> {
  const now = Date.UTC(2025, 0, 1);
  const authority = await createCertificateAuthority(now);
  const signer: CertificateSigner = {
    read: readCertificateRequest,
    sign: (pem, options) => authority.signRequest(pem, { ...options, now }),
  };
  return testControlPlane((_, { gate }) => [
    certificateApprover(signer, approvalRight(gate.authorizer)),
    certificateSigning(signer),
    certificateCleaner,
  ]);
}

async function request(subject: string, signerName: string, more: object = {}): Promise<object> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: algorithm });
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "csr" },
    spec: {
      request: Buffer.from(csr.toString("pem")).toString("base64"),
      signerName,
      usages: ["digital signature", "client auth"],
      ...more,
    },
  };
}

async function approve(t: TestControlPlane): Promise<void> {
  const conditions = [{ type: "Approved", status: "True", reason: "ByHand", lastUpdateTime: "2025-01-01T00:00:00Z" }];
  await t.client.patch(
    certificateSigningRequests,
    { namespace: "", name: "csr" },
    { status: { conditions } },
    "approval",
  );
  await t.clock.settle();
}

const client = "kubernetes.io/kube-apiserver-client";
const kubelet = "kubernetes.io/kube-apiserver-client-kubelet";

describe("a certificate request", () => {
  test("is signed once it is approved", async () => {
    await using t = await plane();
    await t.create(await request("CN=jane,O=dev", client, { expirationSeconds: 3600 }));
    expect((await t.get(certificateSigningRequests, "csr")).status?.certificate).toBeUndefined();
    await approve(t);
    const { certificate = "" } = (await t.get(certificateSigningRequests, "csr")).status ?? {};
    const signed = new x509.X509Certificate(Buffer.from(certificate, "base64").toString());
    expect(signed.subject).toBe("CN=jane, O=dev");
    expect(signed.notAfter).toEqual(new Date("2025-01-01T01:00:00Z"));
  });

  test("that its signer does not sign has failed", async () => {
    await using t = await plane();
    await t.create(await request("CN=jane,O=dev", kubelet));
    await approve(t);
    expect((await t.get(certificateSigningRequests, "csr")).status?.conditions?.at(-1)).toMatchObject({
      type: "Failed",
      status: "True",
      reason: "SignerValidationFailure",
      message: "subject organization is not system:nodes",
    });
  });

  test.each([
    [client, ["server auth"], "invalid usage for client certificate: server auth"],
    [client, ["digital signature"], "missing required usage for client certificate: client auth"],
    [kubelet, ["client auth"], "usages did not match [client auth digital signature key encipherment]"],
    ["kubernetes.io/kubelet-serving", ["server auth"], "DNS or IP subjectAltName is required"],
  ])("to %s for %j has failed: %s", async (signer, usages, message) => {
    await using t = await plane();
    await t.create(await request("CN=system:node:a,O=system:nodes", signer, { usages }));
    await approve(t);
    expect((await t.get(certificateSigningRequests, "csr")).status?.conditions?.at(-1)).toMatchObject({ message });
  });

  test("is approved only by who may approve for its signer", async () => {
    await using t = await plane();
    await t.create(await request("CN=jane,O=dev", client));
    const key = { namespace: "", name: "csr" };
    const change = (current: KubeObject): KubeObject => ({ ...current });
    const options = { user: { name: "jane", groups: [] }, manager: "test", subresource: "approval" };
    const outcome = t.registry.update(certificateSigningRequests, key, change, options);
    await expect(outcome).rejects.toThrow(
      `certificatesigningrequests.certificates.k8s.io "csr" is forbidden: user not permitted to approve requests with signerName "${client}"`,
    );
  });

  test("of a kubelet for itself is approved without asking anyone", async () => {
    await using t = await plane();
    const user = { name: "system:node:a", groups: ["system:nodes", "system:authenticated"] };
    const asked = (await request("CN=system:node:a,O=system:nodes", kubelet, { username: "jane" })) as never;
    await t.registry.create(certificateSigningRequests, asked, { user, manager: "kubelet" });
    await t.clock.settle();
    const { status } = await t.get(certificateSigningRequests, "csr");
    expect(status?.conditions).toMatchObject([
      {
        type: "Approved",
        reason: "AutoApproved",
        message: "Auto approving self kubelet client certificate after SubjectAccessReview.",
      },
    ]);
    expect(status?.certificate).toBeDefined();
  });

  test("of a kubelet is approved as soon as who makes it is granted that", async () => {
    await using t = await plane();
    const user = { name: "joiner", groups: ["system:authenticated"] };
    const asked = (await request("CN=system:node:a,O=system:nodes", kubelet)) as never;
    await t.registry.create(certificateSigningRequests, asked, { user, manager: "joiner" });
    await t.clock.settle();
    expect((await t.get(certificateSigningRequests, "csr")).status?.conditions).toBeUndefined();
    const rbac = "rbac.authorization.k8s.io";
    await t.create({
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "joiners" },
      roleRef: {
        apiGroup: rbac,
        kind: "ClusterRole",
        name: "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
      },
      subjects: [{ apiGroup: rbac, kind: "User", name: "joiner" }],
    });
    await t.clock.settle();
    expect((await t.get(certificateSigningRequests, "csr")).status?.conditions).toMatchObject([
      { reason: "AutoApproved", message: "Auto approving kubelet client certificate after SubjectAccessReview." },
    ]);
  });

  test("is forgotten an hour after it was decided, or a day after it was made", async () => {
    await using t = await plane();
    await t.create(await request("CN=jane,O=dev", client));
    await t.advance("2h");
    expect(await t.list(certificateSigningRequests)).toHaveLength(1);
    await t.advance("22h");
    expect(await t.list(certificateSigningRequests)).toEqual([]);
  });
});
