import { CurlError } from "./error.ts";

/** curl's options by long name, as given; values in order. */
export interface CurlOptions {
  readonly urls: readonly string[];
  has(name: string): boolean;
  /** The last one given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  /** `--data` and its kin in the order given. */
  readonly data: readonly (readonly [kind: string, value: string])[];
}

/** Letter to long name; a colon marks those with a value. */
const short: Readonly<Record<string, string>> = {
  s: "silent",
  S: "show-error",
  f: "fail",
  v: "verbose",
  i: "include",
  I: "head",
  k: "insecure",
  L: "location",
  X: "request:",
  H: "header:",
  d: "data:",
  o: "output:",
  O: "remote-name",
  w: "write-out:",
  m: "max-time:",
  u: "user:",
  A: "user-agent:",
  e: "referer:",
  b: "cookie:",
  c: "cookie-jar:",
  F: "form:",
  G: "get",
  T: "upload-file:",
  x: "proxy:",
  "4": "ipv4",
  "6": "ipv6",
  "0": "http1.0",
  N: "no-buffer",
  "#": "progress-bar",
  D: "dump-header:",
  r: "range:",
  g: "globoff",
  j: "junk-session-cookies",
  q: "disable",
  V: "version",
  h: "help",
  Z: "parallel",
  n: "netrc",
  E: "cert:",
  J: "remote-header-name",
  C: "continue-at:",
  y: "speed-time:",
  Y: "speed-limit:",
  a: "append",
  p: "proxytunnel",
  K: "config:",
  P: "ftp-port:",
  Q: "quote:",
  R: "remote-time",
  t: "telnet-option:",
  U: "proxy-user:",
  z: "time-cond:",
  "1": "tlsv1",
  l: "list-only",
  M: "manual",
  B: "use-ascii",
};

const withValue = [
  "connect-timeout",
  "resolve",
  "interface",
  "data-raw",
  "data-binary",
  "data-urlencode",
  "data-ascii",
  "json",
  "retry",
  "retry-delay",
  "retry-max-time",
  "cacert",
  "capath",
  "cert",
  "key",
  "max-redirs",
  "limit-rate",
  "noproxy",
  "connect-to",
  "dns-servers",
  "local-port",
  "unix-socket",
  "stderr",
  "trace",
  "trace-ascii",
  "keepalive-time",
  "oauth2-bearer",
  "url",
  "tls-max",
  "ciphers",
  "happy-eyeballs-timeout-ms",
  "expect100-timeout",
  "max-filesize",
  "proto",
  "output-dir",
  "proto-default",
  "config",
];

const flags = [
  "fail-with-body",
  "fail-early",
  "remote-name-all",
  "compressed",
  "http1.1",
  "http2",
  "http2-prior-knowledge",
  "http3",
  "no-keepalive",
  "tcp-nodelay",
  "no-progress-meter",
  "retry-all-errors",
  "retry-connrefused",
  "path-as-is",
  "create-dirs",
  "location-trusted",
  "raw",
  "tlsv1",
  "tlsv1.0",
  "tlsv1.1",
  "tlsv1.2",
  "tlsv1.3",
  "ssl-reqd",
  "trace-time",
  "basic",
  "digest",
  "anyauth",
  "styled-output",
  "no-buffer",
  "ipv4",
  "ipv6",
  "post301",
  "post302",
  "post303",
  "tcp-fastopen",
  "haproxy-protocol",
  "http0.9",
];

const arity = new Map<string, boolean>([
  ...Object.values(short).map((name): [string, boolean] => [name.replace(":", ""), name.endsWith(":")]),
  ...withValue.map((name): [string, boolean] => [name, true]),
  ...flags.map((name): [string, boolean] => [name, false]),
]);

/** These count for all that a command line asks for, wherever they stand. */
const everywhere: ReadonlySet<string> = new Set(
  "silent show-error verbose no-progress-meter progress-bar fail-early styled-output parallel stderr".split(" "),
);

/** One for each part between `--next`s. Throws CurlError 2 for what curl would not understand. */
export function parseOperations(args: readonly string[]): readonly CurlOptions[] {
  const parts: string[][] = [[]];
  for (const arg of args) {
    if (arg === "--next" || arg === "-:") parts.push([]);
    else parts.at(-1)?.push(arg);
  }
  const operations = parts.map((part) => parseCurl(part));
  return operations.map((one) => ({
    ...one,
    has: (name) => one.has(name) || (everywhere.has(name) && operations.some((other) => other.has(name))),
  }));
}

/** Throws CurlError 2 for what curl would not understand. */
function parseCurl(args: readonly string[]): CurlOptions {
  const given: [string, string][] = [];
  const urls: string[] = [];
  let at = 0;
  const valueOf = (shown: string): string => {
    const value = args[at++];
    if (value === undefined) throw new CurlError(2, `option ${shown}: requires parameter`);
    return value;
  };
  let onlyUrls = false;
  while (at < args.length) {
    const arg = args[at++] ?? "";
    if (onlyUrls || !arg.startsWith("-") || arg === "-") urls.push(arg);
    else if (arg === "--") onlyUrls = true;
    else if (arg.startsWith("--")) given.push(longOption(arg, valueOf));
    else given.push(...cluster(arg, valueOf));
  }
  const values = (name: string): string[] => given.filter(([one]) => one === name).map(([, value]) => value);
  return {
    urls: [...values("url"), ...urls],
    has: (name) => given.some(([one]) => one === name),
    value: (name) => values(name).at(-1),
    values,
    data: given.filter(([name]) => name === "json" || name.startsWith("data")),
  };
}

function longOption(arg: string, valueOf: (shown: string) => string): [string, string] {
  const plain = arg.slice(2);
  const name = arity.has(plain) ? plain : plain.replace(/^no-/u, "");
  const takesValue = arity.get(name);
  if (takesValue === undefined) throw new CurlError(2, `option ${arg}: is unknown`);
  if (takesValue) return [name, valueOf(arg)];
  return name === plain ? [name, ""] : [`no-${name}`, ""];
}

function cluster(arg: string, valueOf: (shown: string) => string): [string, string][] {
  const given: [string, string][] = [];
  for (let i = 1; i < arg.length; i++) {
    const letter = arg.charAt(i);
    const name = short[letter];
    if (name === undefined) throw new CurlError(2, `option ${arg}: is unknown`);
    if (!name.endsWith(":")) {
      given.push([name, ""]);
      continue;
    }
    const rest = arg.slice(i + 1);
    given.push([name.slice(0, -1), rest === "" ? valueOf(`-${letter}`) : rest]);
    break;
  }
  return given;
}
