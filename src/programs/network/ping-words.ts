import type { Base } from "../../runtime/image.ts";

/** How long the answers took, in ms, and how many were asked for. */
export interface Tally {
  readonly sent: number;
  readonly times: readonly number[];
  readonly elapsedMs: number;
}

export interface Echo {
  readonly bytes: number;
  readonly ip: string;
  /** From 0. */
  readonly sequence: number;
  readonly ttl: number;
  readonly ms: number;
}

/** How a ping tells what it does. */
export interface PingWords {
  readonly unknownHost: (host: string) => string;
  readonly unknownHostCode: number;
  opening(host: string, ip: string, size: number): string;
  answer(echo: Echo): string;
  /** The router says that nobody is there. */
  unreachable(router: string, sequence: number): string;
  statistics(host: string, tally: Tally): string;
}

/** Busybox', or those of iputils, which is Debian's. */
export function pingWords(base: Base): PingWords {
  return base === "debian" ? iputils : busybox;
}

const headerBytes = 28;

const busybox: PingWords = {
  unknownHost: (host) => `bad address '${host}'`,
  unknownHostCode: 1,
  opening: (host, ip, size) => `PING ${host} (${ip}): ${size} data bytes\n`,
  answer: ({ bytes, ip, sequence, ttl, ms }) =>
    `${bytes} bytes from ${ip}: seq=${sequence} ttl=${ttl} time=${ms.toFixed(3)} ms\n`,
  unreachable: () => "",
  statistics(host, { sent, times }) {
    const counts = `${sent} packets transmitted, ${times.length} packets received, ${loss(sent, times)}% packet loss`;
    const head = `\n--- ${host} ping statistics ---\n${counts}\n`;
    return times.length === 0 ? head : `${head}round-trip min/avg/max = ${spread(times).slice(0, 3).join("/")} ms\n`;
  },
};

const iputils: PingWords = {
  unknownHost: (host) => `${host}: Name or service not known`,
  unknownHostCode: 2,
  opening: (host, ip, size) => `PING ${host} (${ip}) ${size}(${size + headerBytes}) bytes of data.\n`,
  answer: ({ bytes, ip, sequence, ttl, ms }) =>
    `${bytes} bytes from ${ip}: icmp_seq=${sequence + 1} ttl=${ttl} time=${ms.toFixed(3)} ms\n`,
  unreachable: (router, sequence) => `From ${router} icmp_seq=${sequence + 1} Destination Host Unreachable\n`,
  statistics(host, { sent, times, elapsedMs }) {
    const counts = `${sent} packets transmitted, ${times.length} received, ${loss(sent, times)}% packet loss, time ${elapsedMs}ms`;
    const head = `\n--- ${host} ping statistics ---\n${counts}\n`;
    return times.length === 0 ? `${head}\n` : `${head}rtt min/avg/max/mdev = ${spread(times).join("/")} ms\n`;
  },
};

function loss(sent: number, times: readonly number[]): number {
  return sent === 0 ? 0 : Math.floor(((sent - times.length) * 100) / sent);
}

/** Least, mean, most and deviation. */
function spread(times: readonly number[]): readonly string[] {
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const deviation = Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / times.length);
  return [Math.min(...times), mean, Math.max(...times), deviation].map((ms) => ms.toFixed(3));
}
