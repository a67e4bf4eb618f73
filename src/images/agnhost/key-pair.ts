import type { Process } from "../../runtime/process.ts";
import { localhostCertificate } from "../self-signed.ts";
import type { KeyPair } from "../serve-tls.ts";

const own = { cert: "/localhost.crt", key: "/localhost.key" };

/** The pair in two files; the image's own is made when it is first asked for. A text says what is missing. */
export async function readKeyPair(process: Process, certFile: string, keyFile: string): Promise<KeyPair | string> {
  const [certPath, keyPath] = [certFile, keyFile].map((path) => process.resolve(path)) as [string, string];
  if (certPath === own.cert && keyPath === own.key && !process.files.exists(certPath)) {
    return process.waitFor(localhostCertificate());
  }
  const missing = [certPath, keyPath].find((path) => !process.files.exists(path));
  if (missing !== undefined) return `open ${missing}: no such file or directory`;
  return { cert: process.files.readText(certPath), key: process.files.readText(keyPath) };
}
