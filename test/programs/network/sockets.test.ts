import { expect, test } from "vitest";

import { createNeighbours } from "./neighbours.ts";

test.each([
  ["nc -zv web 80", "web (10.244.0.10:80) open\n", 0],
  ["nc -z web 80", "", 0],
  ["nc -zv web 82", "nc: web (10.244.0.10:82): Connection refused\n", 1],
  ["nc -zv nosuch 80", "nc: bad address 'nosuch'\n", 1],
  ["nc -w 1 -zv 10.96.0.77 80", "nc: 10.96.0.77 (10.96.0.77:80): Connection timed out\n", 1],
  ["echo hostname | nc -u -w 1 web 81", "web", 0],
  ["printf 'GET /hostname HTTP/1.0\\r\\nConnection: close\\r\\n\\r\\n' | nc web 80 | tail -1", "web", 0],
  ["echo hi | nc -l -p 9000 & sleep 0.1; echo hello | nc 127.0.0.1 9000; wait", "hi\nhello\n", 0],
  ["nc -l -p 9005 </dev/null & sleep 0.1; (sleep 0.1; echo late) | nc 127.0.0.1 9005; wait", "late\n", 0],
  ["nc -lk -p 9001 -e cat & sleep 0.1; for i in 1 2; do echo $i | nc -w 1 127.0.0.1 9001; done; kill %1", "1\n2\n", 0],
  ["nc -l -p 9003 -e wc -c & sleep 0.1; head -c 900000 /dev/zero | nc 127.0.0.1 9003; wait", "900000\n", 0],
  ["nc -l -p 9004 -e cat & sleep 0.1; head -c 900000 /dev/zero | nc 127.0.0.1 9004 | wc -c; wait", "900000\n", 0],
  [
    "nc -v -l -p 9002 >/dev/null & sleep 0.1; nc 127.0.0.1 9002; wait",
    expect.stringMatching(/^listening on \[::\]:9002 \.\.\.\nconnect to/u),
    0,
  ],
  ["telnet web 82", "telnet: can't connect to remote host (10.244.0.10): Connection refused\n", 1],
])("%s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours();
  expect(await sh(script)).toEqual([output, exitCode]);
});

test.each([
  ["nc -zv web 80", "Connection to web (10.244.0.10) 80 port [tcp/http] succeeded!\n", 0],
  ["nc -zv web 82", "nc: connect to web (10.244.0.10) port 82 (tcp) failed: Connection refused\n", 1],
  ["nc -w1 -zv 10.96.0.77 80", "nc: connect to 10.96.0.77 port 80 (tcp) timed out: Operation in progress\n", 1],
  ["echo hostName | nc -v -u -w 1 10.244.0.10 81", "Connection to 10.244.0.10 81 port [udp/*] succeeded!\nweb", 0],
])("agnhost: %s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours("agnhost");
  expect(await sh(script)).toEqual([output, exitCode]);
});

test("two pods talk by hand", async () => {
  const { pods, shell } = await createNeighbours();
  const other = await createNeighbours();
  expect(other.pods.network).not.toBe(pods.network);
  const listening = shell.exec(["sh", "-c", "(sleep 1; echo from the server; sleep 1) | nc -l -p 9000"]);
  await pods.clock.advance(100);
  const talking = pods.start(
    { names: ["x"], base: "busybox", command: [] },
    {
      command: ["sh", "-c", `(echo from the client; sleep 2) | nc ${shell.ip} 9000`],
    },
  );
  expect((await listening).stdout).toBe("from the client\n");
  await pods.clock.advance(1000);
  expect(talking.output.stdout).toBe("from the server\n");
});

test("ping counts what comes back, and Ctrl-C ends it with its statistics", async () => {
  const { sh, shell } = await createNeighbours();
  const [output, exitCode] = await sh("ping -c 2 web");
  expect(output.replaceAll(/(?<![\d.])0\.\d{3}/gu, "0.1")).toBe(`PING web (10.244.0.10): 56 data bytes
64 bytes from 10.244.0.10: seq=0 ttl=62 time=0.1 ms
64 bytes from 10.244.0.10: seq=1 ttl=62 time=0.1 ms

--- web ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.1/0.1/0.1 ms
`);
  expect(exitCode).toBe(0);
  const interrupted = await shell.exec(["ping", "-q", "10.96.0.1"], "", 2500);
  expect(interrupted.stdout.split("\r\n").slice(-3)).toEqual([
    "--- 10.96.0.1 ping statistics ---",
    "3 packets transmitted, 0 packets received, 100% packet loss",
    "",
  ]);
  expect(await sh("ping -c 1 nosuch")).toEqual(["ping: bad address 'nosuch'\n", 1]);
});

test("Debian's ping, nslookup and nc are those of its packages", async () => {
  const { pods } = await createNeighbours();
  const tools = ["ping", "nslookup", "nc"];
  const shell = pods.start({ names: ["d"], base: "debian", tools }, { command: ["sleep", "1000000"] });
  const [output] = (await shell.exec(["ping", "-c", "1", "web"])).stdout.split("\n");
  expect(output).toBe("PING web (10.244.0.10) 56(84) bytes of data.");
  expect((await shell.exec(["nc", "-zv", "web", "80"])).stderr).toContain("port [tcp/http] succeeded!");
  expect((await shell.exec(["nslookup", "web"])).stdout).toContain("Address:\t10.96.0.10#53\n");
});

test("listening sockets and connections are listed", async () => {
  const { sh } = await createNeighbours();
  const script = "nc -l -p 9000 >/dev/null & nc -u -l -p 9001 & sleep 0.1;";
  expect((await sh(`${script} netstat -tln; kill %1 %2`))[0]).toBe(
    "Active Internet connections (only servers)\n" +
      "Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n" +
      "tcp        0      0 0.0.0.0:9000            0.0.0.0:*               LISTEN      \n",
  );
  expect((await sh(`${script} ss -lun; kill %1 %2`))[0]).toContain("UNCONN 0      0              0.0.0.0:9001");
  expect((await sh("(sleep 2) | nc web 80 & sleep 0.1; netstat -tn; kill %1"))[0]).toMatch(
    /tcp {8}0 {6}0 10\.244\.0\.11:\d+ +10\.244\.0\.10:80 +ESTABLISHED/u,
  );
});

test.each([
  ["'sport = :9000'", [9000]],
  ["'sport = :9001'", []],
  ["'( sport = :9000 or sport = :9002 )'", [9000, 9002]],
  ["sport gt :9000 and not dport = :80", [9002]],
  ["state established", []],
  ["state listening src 0.0.0.0:9002", [9002]],
])("ss shows the sockets that pass %s", async (filter, ports) => {
  const { sh } = await createNeighbours();
  const script = "nc -l -p 9000 >/dev/null & nc -l -p 9002 >/dev/null & sleep 0.1;";
  const [lines] = await sh(`${script} ss -Hant46 ${filter}; kill %1 %2`);
  expect([...lines.matchAll(/0\.0\.0\.0:(\d+)/gu)].map(([, port]) => Number(port)).toSorted((a, b) => a - b)).toEqual(
    ports,
  );
});

test("ss refuses a filter that it cannot read", async () => {
  const { sh } = await createNeighbours();
  expect((await sh("ss -t 'colour = red'; echo $?"))[0]).toContain("255\n");
});

test("the pod has one interface and one way out", async () => {
  const { sh } = await createNeighbours();
  expect((await sh("ip addr show eth0"))[0]).toContain("    inet 10.244.0.11/24 brd 10.244.0.255 scope global eth0\n");
  expect((await sh("ip route"))[0]).toBe(
    "default via 10.244.0.1 dev eth0 \n10.244.0.0/24 dev eth0 scope link  src 10.244.0.11 \n",
  );
  expect((await sh("ifconfig eth0"))[0]).toContain("inet addr:10.244.0.11  Bcast:10.244.0.255  Mask:255.255.255.0");
  expect(await sh("ip link set eth0 down")).toEqual(["ip: RTNETLINK answers: Operation not permitted\n", 2]);
  expect((await sh("traceroute -n web"))[0]).toMatch(
    /^traceroute to web \(10\.244\.0\.10\), 30 hops max[^]*\n 2 {2}10\.244\.0\.10 /u,
  );
});
