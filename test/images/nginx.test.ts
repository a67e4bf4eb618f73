import { expect, test } from "vitest";

import { nginx } from "../../src/images/nginx/nginx.ts";
import { createPods, type Pod, type Pods } from "./pods.ts";

async function started(files: Readonly<Record<string, string>> = {}): Promise<{ pods: Pods; web: Pod }> {
  const pods = createPods();
  const web = pods.start({ ...nginx, files: { ...nginx.files, ...files } });
  await pods.clock.advance(100);
  return { pods, web };
}

test("nginx tells of its start as the official image does", async () => {
  const { web } = await started();
  expect(web.output.stdout).toContain("10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in");
  expect(web.output.stdout).toMatch(/Configuration complete; ready for start up\n$/u);
  expect(web.output.stderr).toContain("2025/01/31 12:00:00 [notice] 1#1: nginx/1.27.4\n");
});

test("nginx serves its welcome page and logs who asked", async () => {
  const { web } = await started();
  const { status, headers, body } = await web.ask(80, "/", { headers: { "user-agent": "curl/8.11.1" } });
  expect(status).toBe(200);
  expect(Object.keys(headers).join()).toBe(
    "server,date,content-type,content-length,last-modified,connection,etag,accept-ranges",
  );
  expect(headers["content-length"]).toBe("615");
  expect(body).toContain("<h1>Welcome to nginx!</h1>");
  expect(web.output.stdout.split("\n").at(-2)).toBe(
    '10.244.0.9 - - [31/Jan/2025:12:00:00 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8.11.1" "-"',
  );
});

test("nginx serves what is written into its document root", async () => {
  const { web } = await started();
  await web.exec([
    "sh",
    "-c",
    "cd /usr/share/nginx/html; echo hello > index.html; mkdir dir empty; echo '{}' > dir/a.json",
  ]);
  expect((await web.ask(80)).body).toBe("hello\n");
  expect((await web.ask(80, "/dir/a.json")).headers["content-type"]).toBe("application/json");
  expect((await web.ask(80, "/dir")).headers["location"]).toBe("http://10.244.0.10/dir/");
  expect((await web.ask(80, "/empty/")).status).toBe(403);
  expect(web.output.stderr).toContain(
    'directory index of "/usr/share/nginx/html/empty/" is forbidden, client: 10.244.0.9',
  );
});

test("a missing page, a wrong method, a range and an unchanged page have their answers", async () => {
  const { web } = await started();
  const missing = await web.ask(80, "/nope");
  expect(missing.body.split("\r\n")).toContain("<center><h1>404 Not Found</h1></center>");
  expect(missing.body.split("\r\n")).toContain("<hr><center>nginx/1.27.4</center>");
  expect((await web.ask(80, "POST /")).status).toBe(405);
  const part = await web.ask(80, "/", { headers: { range: "bytes=0-8" } });
  expect([part.status, part.headers["content-range"], part.body]).toEqual([206, "bytes 0-8/615", "<!DOCTYPE"]);
  const { headers } = await web.ask(80);
  expect((await web.ask(80, "/", { headers: { "if-none-match": headers["etag"] ?? "" } })).status).toBe(304);
  expect((await web.ask(80, "/", { headers: { range: "bytes=900-" } })).status).toBe(416);
});

test("a configuration's servers are found by port and name", async () => {
  const { web } = await started({
    "/etc/nginx/conf.d/more.conf": `
      server { listen 8080 default_server; server_name _; return 200 "default\\n"; add_header X-Who nobody; }
      server {
        listen 8080;
        server_name shop.example;
        default_type text/plain;
        location / { return 200 "shop $uri $arg_a\\n"; }
        location = /exact { return 204; }
        location ~ ^/old/(.*)$ { return 301 /new/$1; }
        location /gone { return 410; }
      }`,
  });
  const shop = { headers: { host: "shop.example:8080" } };
  const other = await web.ask(8080);
  expect([other.body, other.headers["x-who"]]).toEqual(["default\n", "nobody"]);
  expect((await web.ask(8080, "/x?a=1", shop)).body).toBe("shop /x 1\n");
  expect((await web.ask(8080, "/exact", shop)).status).toBe(204);
  expect((await web.ask(8080, "/gone", shop)).body).toContain("410 Gone");
  expect((await web.ask(8080, "/old/thing", shop)).headers["location"]).toMatch(/^http:\/\/shop\.example:8080\/new\//u);
});

test("nginx passes requests on, in turn, and says so when nobody is there", async () => {
  const pods = createPods({ back: ["10.244.0.10"], gone: ["10.244.0.10"] });
  const back = pods.start(nginx, { name: "back" });
  await pods.clock.advance(10);
  await back.exec([
    "sh",
    "-c",
    "mkdir /usr/share/nginx/html/api; echo from back > /usr/share/nginx/html/api/index.html",
  ]);
  const conf = `
    upstream pool { server back:80; }
    server {
      listen 80;
      location /api/ { proxy_pass http://pool; proxy_set_header X-Real-IP $remote_addr; }
      location /cut/ { proxy_pass http://back/api/; }
      location /gone { proxy_pass http://gone:81; }
    }`;
  const front = pods.start({ ...nginx, files: { ...nginx.files, "/etc/nginx/conf.d/default.conf": conf } });
  await pods.clock.advance(10);
  expect((await front.ask(80, "/api/")).body).toBe("from back\n");
  expect((await front.ask(80, "/cut/")).body).toBe("from back\n");
  const failed = await front.ask(80, "/gone");
  expect([failed.status, failed.body.includes("502 Bad Gateway")]).toEqual([502, true]);
  expect(front.output.stderr).toContain(
    'connect() failed (111: Connection refused) while connecting to upstream, client: 10.244.0.9, server: , request: "GET /gone HTTP/1.1", upstream: "http://10.244.0.10:81/gone"',
  );
  expect(pods.errors).toEqual([]);
});

test.each([
  ["server { listen 80 }", 'unexpected "}" in /etc/nginx/conf.d/bad.conf:1'],
  ["server { listen 80\n server_name a; }", 'invalid parameter "server_name" in /etc/nginx/conf.d/bad.conf:1'],
  ["server { root /a { } }", 'directive "root" is not terminated by ";" in /etc/nginx/conf.d/bad.conf:1'],
  ["server {\n lisen 80;\n}", 'unknown directive "lisen" in /etc/nginx/conf.d/bad.conf:2'],
  ["server {\n listen 80;", 'unexpected end of file, expecting "}" in /etc/nginx/conf.d/bad.conf:2'],
  ["listen 80;", '"listen" directive is not allowed here in /etc/nginx/conf.d/bad.conf:1'],
  ["server { root a b; }", 'invalid number of arguments in "root" directive in /etc/nginx/conf.d/bad.conf:1'],
  [
    "server { location / { proxy_pass http://nosuch; } }",
    'host not found in upstream "nosuch" in /etc/nginx/conf.d/bad.conf:1',
  ],
])("nginx refuses to start with %j", async (text, message) => {
  const { web } = await started({ "/etc/nginx/conf.d/bad.conf": text });
  expect(web.output.stderr).toBe(`2025/01/31 12:00:00 [emerg] 1#1: ${message}\nnginx: [emerg] ${message}\n`);
  expect(web.exit.value).toEqual({ exitCode: 1 });
});

test("nginx tests a new configuration and takes it over without a restart", async () => {
  const { pods, web } = await started();
  await web.exec(["sh", "-c", "echo 'server { listen 81; return 200 new; }' > /etc/nginx/conf.d/new.conf"]);
  expect((await web.exec(["nginx", "-t"])).stderr).toBe(
    "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
  );
  await web.exec(["nginx", "-s", "reload"]);
  await pods.clock.advance(10);
  expect((await web.ask(81)).body).toBe("new");
  await web.exec(["sh", "-c", "echo 'broken' > /etc/nginx/conf.d/new.conf"]);
  expect((await web.exec(["nginx", "-t"])).exitCode).toBe(1);
  await web.exec(["nginx", "-s", "reload"]);
  await pods.clock.advance(10);
  expect((await web.ask(81)).body).toBe("new");
});

test.each([
  [{ user: { uid: 1000, gid: 1000, name: "me", groups: [] } }, "failed (13: Permission denied)"],
  [{ readOnlyRoot: true }, "failed (30: Read-only file system)"],
])("nginx fails where it may not write: %j", async (overrides, reason) => {
  const pods = createPods();
  const web = pods.start(nginx, { overrides });
  await pods.clock.advance(10);
  expect(web.output.stderr).toContain(`[emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" ${reason}`);
  expect(web.exit.value).toEqual({ exitCode: 1 });
});

test("nginx is stopped with SIGQUIT and runs other commands too", async () => {
  const { pods, web } = await started();
  void web.live.stop(30_000);
  await pods.clock.advance(100);
  expect(web.exit.value).toEqual({ exitCode: 0 });
  expect(web.output.stderr).toContain("signal 3 (SIGQUIT) received, shutting down");
  const shell = pods.start(nginx, { args: ["echo", "hi"] });
  await pods.clock.advance(100);
  expect([shell.output.stdout, shell.exit.value]).toEqual(["hi\n", { exitCode: 0 }]);
});

test("templates are filled in from the environment", async () => {
  const template = "server { listen ${PORT}; return 200 $WHO; }\n";
  const pods = createPods();
  const files = { ...nginx.files, "/etc/nginx/templates/site.conf.template": template };
  const web = pods.start({ ...nginx, files }, { env: { PORT: "8081", WHO: "me" } });
  await pods.clock.advance(10);
  expect((await web.ask(8081)).body).toBe("me");
});
