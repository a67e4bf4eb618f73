import { parseResolvConf } from "../../network/resolver-files.ts";
import type { Process } from "../../runtime/process.ts";

/** The server that Go's resolver asks first. */
export function resolvConfServer({ files }: Process): string {
  const text = files.exists("/etc/resolv.conf") ? files.readText("/etc/resolv.conf") : "";
  return parseResolvConf(text).nameservers[0] ?? "127.0.0.1";
}
