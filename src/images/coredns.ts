import { answerDnsStream } from "../network/dns-stream.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { DnsCounts } from "./dns-counts.ts";
import { goNotFound, goResponse } from "./go/http.ts";

const dnsPort = 53;
const metricsPort = 9153;
const metricsType = "text/plain; version=0.0.4; charset=utf-8; escaping=values";

/** What the cluster gives its CoreDNS: the answers, and an ear for which pods give them. */
export interface DnsBackend {
  /** undefined: not a question. */
  answerBytes(query: Uint8Array, transport: "udp" | "tcp"): Uint8Array | undefined;
  /** A server is up at an IP; the returned function says that it has gone. */
  serving(ip: string): () => void;
}

/** CoreDNS: DNS over UDP and TCP on port 53, health on 8080, readiness on 8181, metrics on 9153. */
export function coreDns(backend: DnsBackend): Image {
  return {
    names: ["registry.k8s.io/coredns/coredns", "coredns/coredns"],
    base: "none",
    entrypoint: ["/coredns"],
    ports: [dnsPort, metricsPort],
    sizeMiB: 18,
    programs: { "/coredns": (process) => serve(process, backend) },
  };
}

async function serve(process: Process, backend: DnsBackend): Promise<number> {
  const { network } = process;
  const counts = new DnsCounts();
  const answerBytes: DnsBackend["answerBytes"] = (query, transport) => {
    const answer = backend.answerBytes(query, transport);
    if (answer) counts.count(query, answer, transport);
    return answer;
  };
  const socket = network.bindUdp(dnsPort, ({ from, bytes }) => {
    const answer = answerBytes(bytes, "udp");
    if (answer) socket.send(from, answer);
  });
  network.serveTcp(dnsPort, (connection) => {
    answerDnsStream(connection, (query) => answerBytes(query, "tcp"));
  });
  network.serveHttp(metricsPort, ({ url }) => {
    if (url.split("?")[0] !== "/metrics") return goNotFound(process);
    return goResponse(process, counts.text(), { headers: { "content-type": metricsType } });
  });
  network.serveHttp(8080, () => ({ status: 200, headers: {}, body: "OK" }));
  network.serveHttp(8181, () => ({ status: 200, headers: {}, body: "OK" }));
  const gone = backend.serving(network.ip);
  try {
    await process.print(".:53\nCoreDNS-1.11.3 (simulated)\n");
    const signal = await process.terminated;
    await process.print(`[INFO] ${signal}: Shutting down servers then terminating\n`);
    return 0;
  } finally {
    gone();
  }
}
