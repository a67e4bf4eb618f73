import type { HttpRequest } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { nginxLocalTime } from "./nginx/time.ts";
import { tagOf } from "./tag.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

/** Says which pod answers, as a page or (`:plain-text`) as text. https://github.com/nginxinc/NGINX-Demos */
export const nginxHello: Image = {
  names: ["nginxdemos/hello", "nginxdemos/nginx-hello"],
  base: "alpine",
  tools: ["curl"],
  entrypoint: ["/docker-entrypoint.sh"],
  command: ["nginx", "-g", "daemon off;"],
  ports: [80],
  stopSignal: "SIGQUIT",
  sizeMiB: 17,
  programs: { "/docker-entrypoint.sh": (process) => process.become(process.argv.slice(1)), "/usr/sbin/nginx": run },
  hasTag: (tag) => /^(?:latest|plain-text|\d+(?:\.\d+)*(?:-plain-text)?)$/u.test(tag),
};

function run(process: Process): Promise<number> {
  const isPlain = tagOf(process).includes("plain-text") || process.container.imageName.includes("nginx-hello");
  const port = process.container.imageName.includes("nginx-hello") ? 8080 : 80;
  return serve(process, port, (request) => {
    const body = isPlain ? plain(process, request, port) : page(process, request, port);
    const about = `"${request.headers["referer"] ?? "-"}" "${request.headers["user-agent"] ?? "-"}"`;
    const line = `"${request.method} ${request.url} HTTP/1.1" 200 ${Buffer.byteLength(body)}`;
    tell(
      process.stdout,
      `${request.remote?.ip ?? "-"} - - [${nginxLocalTime(process.clock.now())}] ${line} ${about}\n`,
    );
    const headers = {
      server: "nginx/1.27.4",
      "content-type": isPlain ? "text/plain" : "text/html",
      expires: "-1",
      "cache-control": "no-cache",
    };
    return { status: 200, headers, body };
  });
}

function factsOf(process: Process, request: HttpRequest, port: number): readonly (readonly [string, string])[] {
  return [
    ["Server address", `${process.network.ip}:${port}`],
    ["Server name", process.container.hostname],
    ["Date", nginxLocalTime(process.clock.now())],
    ["URI", request.url],
    ["Request ID", Buffer.from(process.random.bytes(16)).toString("hex")],
  ];
}

function plain(process: Process, request: HttpRequest, port: number): string {
  return factsOf(process, request, port)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

function page(process: Process, request: HttpRequest, port: number): string {
  const facts = factsOf(process, request, port);
  const lines = facts
    .slice(0, 4)
    .map(([name, value]) => `<p><span>${name.replace("address", "&nbsp;address")}:</span> <span>${value}</span></p>`);
  return `<!DOCTYPE html>
<html>
<head>
<title>Hello World</title>
</head>
<body>
<div class="info">
${lines.join("\n")}
</div>
<div class="check"><input type="checkbox" id="check"> Auto Refresh</div>
<div id="footer">
<div id="center" align="center">Request ID: ${facts[4]?.[1] ?? ""}<br/>
&copy; NGINX, Inc. 2018
</div>
</div>
</body>
</html>
`;
}
