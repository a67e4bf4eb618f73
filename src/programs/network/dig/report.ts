import type { DnsMessage, DnsRecord } from "../../../network/dns-message.ts";
import { questionLine, zoneLine } from "../dns/zone-line.ts";
import type { DigQuery } from "./arguments.ts";

export const digVersion = "9.18.28";

export interface DigFacts {
  readonly server: string;
  readonly elapsedMs: number;
  readonly now: number;
  readonly bytes: number;
}

/** All that dig tells of an answer, less what `+no…` leaves out. */
export function digReport(answer: DnsMessage, query: DigQuery, facts: DigFacts): string {
  const shows = (part: string): boolean => query.switches.get(part) !== false;
  const comments = shows("comments");
  const parts = [
    comments ? head(answer) : "",
    comments && answer.udpSize !== undefined
      ? `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: ${answer.udpSize}\n`
      : "",
    shows("question") ? questions(answer, comments) : "",
    shows("answer") ? section("ANSWER", answer.answers, comments) : "",
    shows("authority") ? section("AUTHORITY", answer.authorities, comments) : "",
    shows("additional") ? section("ADDITIONAL", answer.additionals, comments) : "",
    shows("stats") ? stats(query, facts) : "",
  ];
  return parts.join("");
}

function head(answer: DnsMessage): string {
  const flags = [
    answer.isResponse ? "qr" : "",
    answer.authoritative ? "aa" : "",
    answer.truncated ? "tc" : "",
    answer.recursionDesired ? "rd" : "",
    answer.recursionAvailable ? "ra" : "",
  ].filter((flag) => flag !== "");
  const additional = answer.additionals.length + (answer.udpSize === undefined ? 0 : 1);
  const counts = `QUERY: ${answer.questions.length}, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authorities.length}, ADDITIONAL: ${additional}`;
  const warning =
    answer.recursionDesired && !answer.recursionAvailable ? ";; WARNING: recursion requested but not available\n" : "";
  return `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: ${answer.id}\n;; flags: ${flags.join(" ")}; ${counts}\n${warning}\n`;
}

function questions({ questions: asked }: DnsMessage, comments: boolean): string {
  const lines = asked.map((question) => `${questionLine(question)}\n`);
  return `${comments ? ";; QUESTION SECTION:\n" : ""}${lines.join("")}\n`;
}

function section(name: string, records: readonly DnsRecord[], comments: boolean): string {
  if (records.length === 0) return "";
  return `${comments ? `;; ${name} SECTION:\n` : ""}${records.map((record) => `${zoneLine(record)}\n`).join("")}${comments ? "\n" : ""}`;
}

function stats({ port, switches }: DigQuery, { server, elapsedMs, now, bytes }: DigFacts): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(now)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  const when = `${weekday} ${month} ${day} ${time} UTC ${year}`;
  const transport = switches.get("tcp") === true ? "TCP" : "UDP";
  return `;; Query time: ${elapsedMs} msec\n;; SERVER: ${server}#${port}(${server}) (${transport})\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${bytes}\n\n`;
}
