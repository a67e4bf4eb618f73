import { X509Certificate } from "node:crypto";

import { expect, test } from "vitest";

import { createCertificateAuthority, readCertificateRequest } from "../../../src/apiserver/auth/certificates.ts";
import { kubeconfigFor } from "../../../src/apiserver/auth/kubeconfig.ts";

const now = Date.UTC(2026, 0, 1);
const ca = await createCertificateAuthority(now);
const authority = new X509Certificate(ca.caPem);
/** openssl req -new -key ec.key -subj /O=dev/CN=jane -addext subjectAltName=DNS:web.example,IP:192.0.2.7 */
const csr = `-----BEGIN CERTIFICATE REQUEST-----
MIIBBzCBrgIBADAdMQwwCgYDVQQKDANkZXYxDTALBgNVBAMMBGphbmUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATMox3xhUZnI4pMahqck21hfHaAiMN7MRKjivm+
emAaDN6y71Zgm4oy7LIJNluC4OHJ5u2NH8EzzQh0aj8StZKgoC8wLQYJKoZIhvcN
AQkOMSAwHjAcBgNVHREEFTATggt3ZWIuZXhhbXBsZYcEwAACBzAKBggqhkjOPQQD
AgNIADBFAiEA96/ay5ipwwEGu+NdVbeZFII3uJ+WhN9aNWHTdPvw7J0CIBwqY1mR
+eHBw4elpOWeVFaK51nqUQ6p5XqmOMbJ7/4v
-----END CERTIFICATE REQUEST-----
`;

test("a server certificate stands for the API server's names, its address and what is asked for", async () => {
  const { certPem } = await ca.issueServer(["picokube.example", "192.0.2.1"]);
  const certificate = new X509Certificate(certPem);

  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.checkIssued(authority)).toBe(true);
  expect(["localhost", "kubernetes.default.svc", "picokube.example"].filter((n) => !certificate.checkHost(n))).toEqual(
    [],
  );
  expect(["127.0.0.1", "::1", "10.96.0.1", "192.0.2.1"].filter((ip) => !certificate.checkIP(ip))).toEqual([]);
  expect(certificate.checkHost("example.com")).toBeUndefined();
});

test("a client certificate names its user and every group, and is already valid", async () => {
  const { certPem } = await ca.issueClient("jane+admin", ["system:masters", "dev=1"]);
  const certificate = new X509Certificate(certPem);

  expect(certificate.subject).toBe("O=system:masters\nO=dev=1\nCN=jane\\+admin");
  expect(Date.parse(certificate.validFrom)).toBe(now - 300_000);
});

test("a request is signed with its own subject, names and key, for the time asked", async () => {
  const signed = await ca.signRequest(csr, {
    now,
    durationMs: 3_600_000,
    usages: ["digital signature", "key encipherment", "client auth"],
  });
  const certificate = new X509Certificate(signed);

  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.subject).toBe("O=dev\nCN=jane");
  expect(certificate.subjectAltName).toBe("DNS:web.example, IP Address:192.0.2.7");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(Date.parse(certificate.validTo) - now).toBe(3_600_000);
});

test("a request tells what it wants", async () => {
  expect(await readCertificateRequest(csr)).toEqual({
    subject: { name: "jane", groups: ["dev"] },
    dnsNames: ["web.example"],
    ipAddresses: ["192.0.2.7"],
  });
});

test.each(["", "hello", ca.caPem])("what is not a request is a bad request: %#", async (pem) => {
  await expect(readCertificateRequest(pem)).rejects.toMatchObject({ code: 400, reason: "BadRequest" });
});

test("an unknown usage is a bad request", async () => {
  const signing = ca.signRequest(csr, { now, durationMs: 1, usages: ["juggling"] });
  await expect(signing).rejects.toMatchObject({ code: 400 });
});

test("a kubeconfig carries cluster, user and context in base64", async () => {
  const credentials = { certPem: "CERT", keyPem: "KEY" };
  const config = kubeconfigFor({ name: "picokube", server: "https://127.0.0.1:6443", caPem: "CA", credentials });

  expect(config).toEqual({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "picokube", cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": "Q0E=" } },
    ],
    users: [{ name: "picokube", user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
    contexts: [{ name: "picokube", context: { cluster: "picokube", user: "picokube" } }],
    "current-context": "picokube",
  });
});
