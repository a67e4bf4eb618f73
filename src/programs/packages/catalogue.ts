import type { Tool } from "../../runtime/tool.ts";

/** Packages that bring tools, by distribution: a tool that exists comes with the package of its own name too. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "bind-tools": ["dig", "nslookup", "host"],
  dnsutils: ["dig", "nslookup", "host"],
  "bind9-dnsutils": ["dig", "nslookup", "host"],
  "bind9-host": ["host"],
  coreutils: ["ls", "cat", "sort", "stat"],
  findutils: ["find", "xargs"],
  diffutils: ["diff", "cmp"],
  gawk: ["awk"],
  mawk: ["awk"],
  "iputils-ping": ["ping"],
  iputils: ["ping"],
  "inetutils-ping": ["ping"],
  iproute2: ["ip", "ss"],
  "net-tools": ["ifconfig", "netstat"],
  netcat: ["nc"],
  "netcat-openbsd": ["nc"],
  "netcat-traditional": ["nc"],
  "busybox-extras": ["telnet"],
  "inetutils-telnet": ["telnet"],
  "inetutils-traceroute": ["traceroute"],
  procps: ["ps", "top", "free", "pgrep", "pkill", "uptime", "watch"],
  "procps-ng": ["ps", "top", "free", "pgrep", "pkill", "uptime", "watch"],
  psmisc: ["killall"],
  "ca-certificates": [],
  tzdata: [],
};

/** The tools of a package; undefined: there is no such package here. */
export function toolsOfPackage(name: string, tools: readonly Tool[]): readonly Tool[] | undefined {
  const named = (wanted: string) => tools.filter(({ names }) => names.includes(wanted)).slice(0, 1);
  const listed = Object.hasOwn(packages, name) ? packages[name] : undefined;
  if (listed !== undefined) return listed.flatMap(named);
  const own = named(name);
  return own.length === 0 ? undefined : own;
}

/** A version that stays the same for a name: nobody compares it. */
export function versionOf(name: string): string {
  const sum = Array.from(name).reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  return `${(sum % 8) + 1}.${sum % 20}.${sum % 7}`;
}
