/** What a stub resolver takes from /etc/resolv.conf. https://man7.org/linux/man-pages/man5/resolv.conf.5.html */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

const remembered = 64;
const configs = new Map<string, ResolvConf>();
const hostTables = new Map<string, ReadonlyMap<string, readonly string[]>>();

/** The same text is read once: all pods of a namespace share it. */
export function parseResolvConf(text: string): ResolvConf {
  return remember(configs, text, readResolvConf);
}

/** IPv4 addresses by lower-case name. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  return remember(hostTables, text, readHosts);
}

const candidates = new WeakMap<ResolvConf, Map<string, readonly string[]>>();
const rememberedNames = 1000;

/** Names with enough dots are tried as they stand first, others with each search domain first. */
export function candidatesFor(name: string, config: ResolvConf): readonly string[] {
  let known = candidates.get(config);
  if (!known || known.size > rememberedNames) {
    known = new Map();
    candidates.set(config, known);
  }
  let found = known.get(name);
  if (!found) {
    found = findCandidates(name, config);
    known.set(name, found);
  }
  return found;
}

function findCandidates(name: string, { search, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith(".")) return [name];
  const dots = name.split(".").length - 1;
  const searched = search.map((domain) => `${name}.${domain}.`);
  return dots >= ndots ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}

function remember<T>(known: Map<string, T>, text: string, read: (text: string) => T): T {
  let value = known.get(text);
  if (value === undefined) {
    value = read(text);
    const oldest = known.size >= remembered ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(text, value);
  }
  return value;
}

function readResolvConf(text: string): ResolvConf {
  const lines = wordsOf(text);
  const options = lines.filter(([keyword]) => keyword === "options").flatMap(([, ...words]) => words);
  const search = lines.findLast(([keyword]) => keyword === "search" || keyword === "domain");
  return {
    nameservers: lines
      .flatMap(([keyword, address]) => (keyword === "nameserver" && address ? [address] : []))
      .slice(0, 3),
    search: search?.slice(1) ?? [],
    ndots: option(options, "ndots", 1),
    timeoutMs: option(options, "timeout", 5) * 1000,
    attempts: option(options, "attempts", 2),
  };
}

function option(options: readonly string[], name: string, fallback: number): number {
  const value = options.findLast((one) => one.startsWith(`${name}:`))?.slice(name.length + 1);
  return value !== undefined && /^\d+$/u.test(value) ? Number(value) : fallback;
}

function readHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  for (const [address = "", ...names] of wordsOf(text)) {
    if (!/^[\d.]+$/u.test(address)) continue;
    for (const name of names) {
      const known = table.get(name.toLowerCase());
      if (known) known.push(address);
      else table.set(name.toLowerCase(), [address]);
    }
  }
  return table;
}

function wordsOf(text: string): string[][] {
  return text
    .split("\n")
    .map((line) => line.replace(/[#;].*$/u, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/u));
}
