/** Options that change what real curl does and do nothing here: they are told, once a run. */
export const unsimulated: readonly string[] = [
  "proxy", "proxytunnel", "proxy-user", "unix-socket", "config", "cookie-jar", "continue-at", "limit-rate", "speed-time", "speed-limit",
  "netrc", "dns-servers", "digest", "anyauth", "trace", "trace-ascii", "time-cond", "max-filesize", "http2-prior-knowledge", "http3",
  "haproxy-protocol", "next", "remote-header-name", "connect-to", "quote", "ftp-port", "telnet-option", "manual", "list-only",
];
