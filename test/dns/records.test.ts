import { describe, expect, test } from "vitest";

import type { Endpoint, EndpointSlice, Service } from "../../src/api/types.gen.ts";
import { createDnsServer } from "../../src/dns/dns-server.ts";
import type { Zone } from "../../src/dns/zone.ts";
import {
  decodeDnsMessage,
  dnsQuery,
  type DnsRecord,
  encodeDnsMessage,
  type RecordType,
} from "../../src/network/dns-message.ts";

const serial = 1_735_689_600;

function service(name: string, spec: Partial<Service["spec"]>): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "default" }, spec: { ...spec } };
}

const services: readonly Service[] = [
  service("web", {
    clusterIP: "10.96.0.50",
    ports: [
      { name: "http", port: 80, protocol: "TCP" },
      { name: "https", port: 443, protocol: "TCP" },
    ],
  }),
  service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432, protocol: "TCP" }] }),
  service("empty", { clusterIP: "None" }),
  service("many", { clusterIP: "None" }),
  service("alias", { type: "ExternalName", externalName: "web.default.svc.cluster.local" }),
  service("abroad", { type: "ExternalName", externalName: "example.org" }),
  service("lost", { type: "ExternalName", externalName: "nobody.default.svc.cluster.local" }),
  service("loop", { type: "ExternalName", externalName: "loop.default.svc.cluster.local" }),
];

function slice(name: string, endpoints: readonly Endpoint[], port?: number): EndpointSlice {
  const ports = port === undefined ? [] : [{ name: "sql", port, protocol: "TCP" as const }];
  const labels = { "kubernetes.io/service-name": name };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, labels },
    addressType: "IPv4",
    endpoints,
    ports,
  };
}

const slices = new Map([
  [
    "db",
    slice(
      "db",
      [
        { addresses: ["10.244.1.5"], hostname: "db-0", conditions: { ready: true } },
        { addresses: ["10.244.1.6"], conditions: { ready: true } },
        { addresses: ["10.244.1.7"], conditions: { ready: false } },
      ],
      5432,
    ),
  ],
  [
    "many",
    slice(
      "many",
      Array.from({ length: 60 }, (_, index) => ({ addresses: [`10.244.2.${index}`] })),
    ),
  ],
]);

const zone: Zone = {
  version: 1,
  serial,
  hasNamespace: (name) => name === "default",
  service: (_namespace, name) => services.find(({ metadata }) => metadata.name === name),
  slices: (_namespace, name) => [slices.get(name)].flatMap((one) => (one ? [one] : [])),
  serviceAt: (ip) => services.find(({ spec }) => spec.clusterIP === ip),
  endpointsAt: (ip) =>
    [...slices].flatMap(([name, { endpoints }]) =>
      endpoints
        .filter(({ addresses }) => addresses.includes(ip))
        .map((endpoint) => ({ endpoint, namespace: "default", service: name })),
    ),
};

const server = createDnsServer({ zone, domain: "cluster.local", dnsServiceIp: "10.96.0.10" });

/** Answers, the code and flags in a line each, as dig shows them. */
function dig(name: string, type: RecordType = "A"): string[] {
  const { code, authoritative, answers, authorities } = server.answer(dnsQuery(1, { name: `${name}.`, type }));
  return [
    `${code}${authoritative ? " aa" : ""}`,
    ...answers.map(show),
    ...authorities.map((record) => `; ${record.type}`),
  ];
}

function show(record: DnsRecord): string {
  switch (record.type) {
    case "A":
      return `${record.name} ${record.ttl} A ${record.address}`;
    case "CNAME":
    case "NS":
    case "PTR":
      return `${record.name} ${record.ttl} ${record.type} ${record.target}`;
    case "SRV":
      return `${record.name} SRV ${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case "TXT":
      return `${record.name} ${record.ttl} TXT ${record.texts.join()}`;
    case "SOA":
      return `${record.name} SOA ${record.primary} ${record.mailbox} ${record.serial} ${record.minimum}`;
    default:
      return record.type;
  }
}

const web = "web.default.svc.cluster.local";
const db = "db.default.svc.cluster.local";

describe("the cluster's DNS", () => {
  test.each<[string, RecordType, string[]]>([
    [web, "A", ["NOERROR aa", `${web}. 30 A 10.96.0.50`]],
    ["WEB.default.svc.Cluster.Local", "A", ["NOERROR aa", "WEB.default.svc.Cluster.Local. 30 A 10.96.0.50"]],
    [web, "AAAA", ["NOERROR aa", "; SOA"]],
    [web, "CNAME", ["NOERROR aa", "; SOA"]],
    [web, "ANY", ["NOERROR aa", "; SOA"]],
    ["nobody.default.svc.cluster.local", "A", ["NXDOMAIN aa", "; SOA"]],
    ["web.elsewhere.svc.cluster.local", "A", ["NXDOMAIN aa", "; SOA"]],
    ["default.svc.cluster.local", "A", ["NOERROR aa", "; SOA"]],
    ["svc.cluster.local", "A", ["NOERROR aa", "; SOA"]],
    ["other.cluster.local", "A", ["NXDOMAIN aa", "; SOA"]],
    ["example.org", "A", ["NXDOMAIN"]],
  ])("%s %s", (name, type, expected) => {
    expect(dig(name, type)).toEqual(expected);
  });

  test("has an A record for each ready pod of a headless Service, and a name for each", () => {
    expect(dig(db).slice(1).toSorted()).toEqual([`${db}. 30 A 10.244.1.5`, `${db}. 30 A 10.244.1.6`]);
    expect(dig(`db-0.${db}`)).toEqual(["NOERROR aa", `db-0.${db}. 30 A 10.244.1.5`]);
    expect(dig(`10-244-1-6.${db}`)).toEqual(["NOERROR aa", `10-244-1-6.${db}. 30 A 10.244.1.6`]);
    expect(dig(`db-7.${db}`)[0]).toBe("NXDOMAIN aa");
    expect(dig("empty.default.svc.cluster.local")[0]).toBe("NXDOMAIN aa");
  });

  test("has SRV records for ports, all of them or by name", () => {
    expect(dig(web, "SRV")).toEqual(["NOERROR aa", `${web}. SRV 0 50 80 ${web}.`, `${web}. SRV 0 50 443 ${web}.`]);
    expect(dig(`_https._tcp.${web}`, "SRV")).toEqual(["NOERROR aa", `_https._tcp.${web}. SRV 0 100 443 ${web}.`]);
    expect(dig(`_sql._tcp.${db}`, "SRV").slice(1)).toEqual([
      `_sql._tcp.${db}. SRV 0 50 5432 db-0.${db}.`,
      `_sql._tcp.${db}. SRV 0 50 5432 10-244-1-6.${db}.`,
    ]);
    expect(dig(`_http._udp.${web}`, "SRV")[0]).toBe("NXDOMAIN aa");
    const { additionals } = server.answer(dnsQuery(1, { name: `_sql._tcp.${db}.`, type: "SRV" }));
    expect(additionals.map(show)).toEqual([`db-0.${db}. 30 A 10.244.1.5`, `10-244-1-6.${db}. 30 A 10.244.1.6`]);
  });

  test("follows an alias inside the cluster, and leaves one that leads outside to the client", () => {
    const alias = "alias.default.svc.cluster.local.";
    expect(dig("alias.default.svc.cluster.local")).toEqual([
      "NOERROR aa",
      `${alias} 30 CNAME ${web}.`,
      `${web}. 30 A 10.96.0.50`,
    ]);
    expect(dig("abroad.default.svc.cluster.local")).toEqual([
      "NOERROR aa",
      "abroad.default.svc.cluster.local. 30 CNAME example.org.",
    ]);
    expect(dig("lost.default.svc.cluster.local")).toEqual(["NOERROR aa", "; SOA"]);
    expect(dig("loop.default.svc.cluster.local")).toEqual(["NOERROR aa", "; SOA"]);
  });

  test("names addresses of Services and of endpoints", () => {
    expect(dig("50.0.96.10.in-addr.arpa", "PTR")).toEqual(["NOERROR aa", `50.0.96.10.in-addr.arpa. 30 PTR ${web}.`]);
    expect(dig("5.1.244.10.in-addr.arpa", "PTR").at(-1)).toBe(`5.1.244.10.in-addr.arpa. 30 PTR db-0.${db}.`);
    expect(dig("9.9.9.9.in-addr.arpa", "PTR")).toEqual(["NXDOMAIN"]);
  });

  test("has a name for any pod address", () => {
    expect(dig("10-1-2-3.default.pod.cluster.local").at(-1)).toBe("10-1-2-3.default.pod.cluster.local. 30 A 10.1.2.3");
    expect(dig("web.default.pod.cluster.local")[0]).toBe("NXDOMAIN aa");
  });

  test("knows its own zone", () => {
    expect(dig("cluster.local", "SOA")[1]).toBe(
      `cluster.local. SOA ns.dns.cluster.local. hostmaster.cluster.local. ${serial} 30`,
    );
    expect(dig("cluster.local", "NS")[1]).toBe("cluster.local. 30 NS kube-dns.kube-system.svc.cluster.local.");
    expect(dig("dns-version.cluster.local", "TXT")[1]).toBe("dns-version.cluster.local. 28800 TXT 1.1.0");
    expect(dig("ns.dns.cluster.local")[1]).toBe("ns.dns.cluster.local. 30 A 10.96.0.10");
  });

  test("gives the addresses of a name in turn", () => {
    const first = (): string | undefined => dig(db)[1]?.split(" ").at(-1);
    expect(new Set([first(), first()])).toEqual(new Set(["10.244.1.5", "10.244.1.6"]));
  });

  test("cuts off what does not fit in a datagram, unless the client takes more or asks over TCP", () => {
    const question = { name: "many.default.svc.cluster.local.", type: "A" } as const;
    const ask = (udpSize: number | undefined, transport: "udp" | "tcp"): { truncated: boolean; count: number } => {
      const query = { ...dnsQuery(7, question), ...(udpSize === undefined ? {} : { udpSize }) };
      const bytes = server.answerBytes(encodeDnsMessage(query), transport);
      if (!bytes) throw new Error("no answer");
      const { truncated, answers } = decodeDnsMessage(bytes);
      const limit = transport === "udp" ? (udpSize ?? 512) : Number.POSITIVE_INFINITY;
      expect(bytes.length).toBeLessThanOrEqual(limit);
      return { truncated, count: answers.length };
    };
    const plain = ask(undefined, "udp");
    expect(plain.truncated).toBe(true);
    expect(plain.count).toBeGreaterThan(20);
    expect(ask(4096, "udp")).toEqual({ truncated: false, count: 60 });
    expect(ask(undefined, "tcp")).toEqual({ truncated: false, count: 60 });
  });

  test("refuses what is no single question", () => {
    const none = { ...dnsQuery(1, { name: "a.", type: "A" }), questions: [] };
    expect(server.answer(none).code).toBe("FORMERR");
    const update = encodeDnsMessage(dnsQuery(1, { name: "a.", type: "A" }));
    update[2] = 0x28;
    const answer = server.answerBytes(update, "udp");
    expect(answer && decodeDnsMessage(answer).code).toBe("NOTIMP");
  });

  test("refuses what is not about the Internet, such as version.bind, and repeats the question", () => {
    const question = { name: "version.bind.", type: "TXT", otherClass: 3 } as const;
    const answer = server.answerBytes(encodeDnsMessage(dnsQuery(1, question)), "udp");
    expect(answer && decodeDnsMessage(answer)).toMatchObject({ code: "REFUSED", questions: [question] });
  });
});
