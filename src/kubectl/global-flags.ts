import { arrays, booleans, type Flag, numbers, values } from "./flags.ts";

/** Flags that every command takes. */
export const globalFlags: readonly Flag[] = [
  ...values(
    "namespace/n",
    "context",
    "cluster",
    "user",
    "kubeconfig",
    "server/s",
    "token",
    "cache-dir",
    "request-timeout",
  ),
  ...values("as", "as-uid", "certificate-authority", "client-certificate", "client-key", "tls-server-name"),
  ...arrays("as-group"),
  ...numbers("v/v"),
  ...booleans("insecure-skip-tls-verify", "warnings-as-errors", "help/h"),
];
