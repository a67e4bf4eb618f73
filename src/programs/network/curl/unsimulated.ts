/** Options that change what real curl does and do nothing here: they are told, once a run. */
export const unsimulated: readonly string[] = [
  "proxytunnel",
  "netrc",
  "dns-servers",
  "digest",
  "anyauth",
  "trace",
  "trace-ascii",
  "http2-prior-knowledge",
  "http3",
  "http0.9",
  "haproxy-protocol",
  "quote",
  "ftp-port",
  "telnet-option",
  "manual",
  "list-only",
];
