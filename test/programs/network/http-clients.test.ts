import { expect, test } from "vitest";

import { createNeighbours } from "./neighbours.ts";

test.each([
  ["curl -s web/hostname", "web", 0],
  ["curl -s -w '%{http_code}\\n' -o /dev/null 'web/echo?code=404'", "404\n", 0],
  ["curl -sS web:81", "curl: (7) Failed to connect to web port 81 after 0 ms: Could not connect to server\n", 7],
  ["curl -sS nosuch", "curl: (6) Could not resolve host: nosuch\n", 6],
  ["curl -sS -f 'web/echo?code=500'", "curl: (22) The requested URL returned error: 500\n", 22],
  ["curl -sS -m 2 10.96.0.77", "curl: (28) Connection timed out after 2000 milliseconds\n", 28],
  ["curl -sS --connect-timeout 1 10.96.0.77", "curl: (28) Connection timed out after 1000 milliseconds\n", 28],
  ["curl -sS --resolve shop:80:10.244.0.10 'shop/header?key=Host'", "", 0],
  ["curl -s -L -w '%{num_redirects}' 'web/redirect?location=/hostname'", "web1", 0],
  ["curl -s -H 'X-A: b' 'web/header?key=X-A'", "b", 0],
  ["curl -s -A me 'web/header?key=User-Agent'", "me", 0],
  ["curl -s -d msg=hi web/echo", "hi", 0],
  ["curl -s --data-urlencode 'msg=a b&c' web/echo", "a b&c", 0],
  ["curl -s -G -d msg=hi web/echo", "hi", 0],
  ["curl -s --retry 2 --retry-delay 1 -w '%{exitcode}' 'web/echo?code=503&msg=no'", "nonono0", 0],
  ["curl -s 'web/echo?msg=[1-3]' 'web/echo?msg={a,b}'", "123ab", 0],
  ["curl -s 'web/echo?msg=[08-10:2]' -o '#1.txt'; cat 08.txt 10.txt", "0810", 0],
  ["curl -sS 'web/{a'", "curl: (3) unmatched brace in URL position 5:\nweb/{a\n    ^\n", 3],
  ["curl -s --connect-to shop:80:web:80 shop/hostname", "web", 0],
  ["printf 'url = web/hostname\\nsilent\\n' >cfg; curl -K cfg", "web", 0],
  [
    "curl -K nosuch",
    "curl: option -K: error encountered when reading a file\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    26,
  ],
  ["printf 'a b\\n' >f; curl -s --data-urlencode msg@f web/echo", "a b\n", 0],
  ["curl -s -A '' 'web/header?key=User-Agent'", "", 0],
  ["curl -s -o /dev/null -w '%{redirect_url}' 'web/redirect?location=/hostname'", "http://web/hostname", 0],
  [
    "curl -s -o out -w '%{filename_effective} %{nosuch} %{stderr}e' web/hostname",
    "out curl: unknown --write-out variable: 'nosuch'\n e",
    0,
  ],
  ["curl -sS --max-filesize 2 web/hostname", "curl: (63) Maximum file size exceeded\n", 63],
  ["curl -sS --proto =https web", 'curl: (1) Protocol "http" disabled\n', 1],
  ["curl -s web/a/../hostname", "web", 0],
  ["curl -s --create-dirs --output-dir d -O web/hostname; cat d/hostname", "web", 0],
  ["curl", "curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n", 2],
  [
    "curl --nosuch web",
    "curl: option --nosuch: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    2,
  ],
  ["curl -sS ftp://web", 'curl: (1) Protocol "ftp" not supported\n', 1],
])("%s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours();
  expect(await sh(script)).toEqual([output, exitCode]);
});

test("curl -v tells of the connection and shows both heads", async () => {
  const { sh } = await createNeighbours();
  const [output] = await sh("curl -sv web/hostname");
  expect(output).toBe(
    `* Host web:80 was resolved.
* IPv6: (none)
* IPv4: 10.244.0.10
*   Trying 10.244.0.10:80...
* Connected to web (10.244.0.10) port 80
* using HTTP/1.x
> GET /hostname HTTP/1.1\r
> Host: web\r
> User-Agent: curl/8.11.1\r
> Accept: */*\r
> \r
* Request completely sent off
< HTTP/1.1 200 OK\r
< Date: Fri, 31 Jan 2025 12:00:00 GMT\r
< Content-Length: 3\r
< Content-Type: text/plain; charset=utf-8\r
< \r
{ [3 bytes data]
web* Connection #0 to host web left intact
`,
  );
});

test("curl writes files, heads and a meter", async () => {
  const { sh } = await createNeighbours();
  expect(await sh("cd /tmp; curl -s -O web/hostname -D head; cat hostname; head -1 head")).toEqual([
    "webHTTP/1.1 200 OK\r\n",
    0,
  ]);
  expect((await sh("curl -o /dev/null web/hostname"))[0]).toMatch(/Total {4}% Received[^]*\r100 {5}3 {2}100 {5}3 /u);
  expect(await sh("curl -sS -o /nodir/x web/hostname")).toEqual([
    "curl: (23) Failure writing output to destination\n",
    23,
  ]);
});

const saved = "100% |********************************|     3  0:00:00 ETA";

test.each([
  ["wget -qO- web/hostname", "web", 0],
  [
    "wget web:81",
    "Connecting to web:81 (10.244.0.10:81)\nwget: can't connect to remote host (10.244.0.10): Connection refused\n",
    1,
  ],
  ["wget -q nosuch", "wget: bad address 'nosuch'\n", 1],
  ["wget -q 'web/echo?code=404'", "wget: server returned error: HTTP/1.1 404 Not Found\n", 1],
  ["wget -q -T 2 10.96.0.77", "wget: download timed out\n", 1],
  ["wget -qO- --post-data msg=hi web/echo", "hi", 0],
  ["wget -qO- --header 'X-A: b' 'web/header?key=X-A'", "b", 0],
  ["wget --spider web/hostname", "Connecting to web (10.244.0.10:80)\nremote file exists\n", 0],
  ["wget -qO- 'web/redirect?location=/hostname'", "web", 0],
  [
    "cd /tmp; wget web/hostname; cat hostname; wget -q web/hostname",
    `Connecting to web (10.244.0.10:80)\nsaving to 'hostname'\n\rhostname             ${saved}\n'hostname' saved\nwebwget: can't open 'hostname': File exists\n`,
    1,
  ],
])("%s", async (script, output, exitCode) => {
  const { sh } = await createNeighbours();
  expect(await sh(script)).toEqual([output, exitCode]);
});

test("Alpine's words for failures are musl's", async () => {
  const { sh } = await createNeighbours("alpine");
  expect((await sh("wget -q 10.244.7.7"))[0]).toBe(
    "wget: can't connect to remote host (10.244.7.7): Host is unreachable\n",
  );
});
