import { expect, test } from "vitest";

import { createNeighbours } from "./neighbours.ts";

const server = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n";
const bindServer = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n";

test.each([
  [
    "nslookup web.default.svc.cluster.local",
    `${server}Name:\tweb.default.svc.cluster.local\nAddress: 10.244.0.10\n\n\n`,
    0,
  ],
  ["nslookup nosuch.default", `${server}${"** server can't find nosuch.default: NXDOMAIN\n\n".repeat(2)}`, 1],
  ["nslookup 10.244.0.10", `${server}10.0.244.10.in-addr.arpa\tname = web.default.svc.cluster.local\n\n`, 0],
  [
    "nslookup -type=srv _http._tcp.web.default.svc.cluster.local",
    `${server}_http._tcp.web.default.svc.cluster.local\tservice = 0 100 80 web.default.svc.cluster.local\n\n`,
    0,
  ],
  ["nslookup web 10.244.0.77", ";; connection timed out; no servers could be reached\n\n", 1],
])("busybox: %s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours();
  expect(await sh(script)).toEqual([output, exitCode]);
});

test("busybox's nslookup asks for a short name in every search domain", async () => {
  const { sh } = await createNeighbours();
  const [output, exitCode] = await sh("nslookup web");
  expect(output).toContain("Name:\tweb.default.svc.cluster.local\nAddress: 10.244.0.10\n");
  expect(output.match(/can't find web\.cluster\.local: NXDOMAIN/gu)).toHaveLength(2);
  expect(exitCode).toBe(1);
});

test("busybox 1.28 resolves as programs do and names what it found", async () => {
  const { sh } = await createNeighbours("busybox", "busybox:1.28");
  const dns = "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n";
  expect(await sh("nslookup web")).toEqual([
    `${dns}Name:      web\nAddress 1: 10.244.0.10 web.default.svc.cluster.local\n`,
    0,
  ]);
  expect(await sh("nslookup nosuch")).toEqual([`${dns}nslookup: can't resolve 'nosuch'\n`, 1]);
});

test.each([
  ["nslookup web", `${bindServer}Name:\tweb.default.svc.cluster.local\nAddress: 10.244.0.10\n\n`, 0],
  ["nslookup nosuch", `${bindServer}** server can't find nosuch: NXDOMAIN\n\n`, 1],
  ["nslookup 10.244.0.10", "10.0.244.10.in-addr.arpa\tname = web.default.svc.cluster.local.\n\n", 0],
  ["host web", "web.default.svc.cluster.local has address 10.244.0.10\n", 0],
  ["host nosuch", "Host nosuch not found: 3(NXDOMAIN)\n", 1],
  ["dig +short web.default.svc.cluster.local", "10.244.0.10\n", 0],
  ["dig +short web", "", 0],
  ["dig +search +short web", "10.244.0.10\n", 0],
  ["dig +short -x 10.244.0.10", "web.default.svc.cluster.local.\n", 0],
  [
    "dig +noall +answer +tcp SRV _http._tcp.web.default.svc.cluster.local",
    "_http._tcp.web.default.svc.cluster.local. 30 IN SRV 0 100 80 web.default.svc.cluster.local.\n",
    0,
  ],
  ["getent hosts web", "10.244.0.10     web\n", 0],
  ["getent hosts nosuch", "", 2],
])("agnhost: %s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours("agnhost");
  expect(await sh(script)).toEqual([output, exitCode]);
});

test("dig tells all of an answer", async () => {
  const { sh } = await createNeighbours("agnhost");
  const [output] = await sh("dig web.default.svc.cluster.local");
  expect(output.replace(/id: \d+/u, "id: 1")).toBe(`
; <<>> DiG 9.18.28 <<>> web.default.svc.cluster.local
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; flags: qr aa rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;web.default.svc.cluster.local.\tIN\tA

;; ANSWER SECTION:
web.default.svc.cluster.local. 30 IN\tA\t10.244.0.10

;; Query time: 0 msec
;; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)
;; WHEN: Fri Jan 31 12:00:00 UTC 2025
;; MSG SIZE  rcvd: 74

`);
});
