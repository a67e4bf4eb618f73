import { type Labels, metricText } from "../api/metric-text.ts";

const headerBytes = 12;
const server = "dns://:53";
const own = { server, view: "", zone: "." };

/** What a CoreDNS has answered, as its `prometheus` plugin counts it. https://coredns.io/plugins/metrics/ */
export class DnsCounts {
  readonly #requests = new Map<string, [Labels, number]>();
  readonly #responses = new Map<string, [Labels, number]>();

  count(query: Uint8Array, answer: Uint8Array, proto: "udp" | "tcp"): void {
    const type = typeNames[typeOf(query)] ?? "other";
    const rcode = codeNames[(answer[3] ?? 0) & 0xf] ?? "UNKNOWN";
    add(this.#requests, `${proto} ${type}`, { family: "1", proto, ...own, type });
    add(this.#responses, rcode, { plugin: rcode === "NOTIMP" ? "" : "kubernetes", rcode, ...own });
  }

  text(): string {
    const build = { goversion: "go1.21.11", revision: "a6338e9", version: "1.11.3" };
    return metricText([
      {
        name: "coredns_build_info",
        help: "A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.",
        type: "gauge",
        samples: [[build, 1]],
      },
      {
        name: "coredns_dns_requests_total",
        help: "Counter of DNS requests made per zone, protocol and family.",
        type: "counter",
        samples: [...this.#requests.values()],
      },
      {
        name: "coredns_dns_responses_total",
        help: "Counter of response status codes.",
        type: "counter",
        samples: [...this.#responses.values()],
      },
      {
        name: "coredns_panics_total",
        help: "A metrics that counts the number of panics.",
        type: "counter",
        samples: [[{}, 0]],
      },
    ]);
  }
}

const typeNames: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
  65: "HTTPS",
};

const codeNames = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** It follows the name of the first question: labels, each after its length, up to an empty one. */
function typeOf(query: Uint8Array): number {
  let at = headerBytes;
  for (let length = query[at]; length; length = query[at]) at += length + 1;
  return ((query[at + 1] ?? 0) << 8) | (query[at + 2] ?? 0);
}

function add(counts: Map<string, [Labels, number]>, key: string, labels: Labels): void {
  const found = counts.get(key);
  if (found) found[1]++;
  else counts.set(key, [labels, 1]);
}
