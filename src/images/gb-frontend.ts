import type { Duplex } from "node:stream";

import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { NetworkError } from "../network/network.ts";
import { encodeCommand, RespReader, type RespValue } from "../programs/network/redis/resp.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { targetOf } from "./go/http.ts";
import { serve } from "./web/serve.ts";

const redisPort = 6379;

/** The page of the guestbook tutorial: writes to the Service `redis-leader`, reads from `redis-follower`. */
export const gbFrontend: Image = {
  names: [
    "gcr.io/google_samples/gb-frontend",
    "gcr.io/google-samples/gb-frontend",
    "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend",
  ],
  base: "debian",
  command: ["apache2-foreground"],
  ports: [80],
  sizeMiB: 160,
  programs: {
    "/usr/local/bin/apache2-foreground": (process) => serve(process, 80, (request) => answer(process, request)),
  },
};

const server = { server: "Apache/2.4.53 (Debian)", "x-powered-by": "PHP/7.4.29" };

function answer(process: Process, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  const { path } = targetOf(request);
  if (path === "/guestbook.php") return guestbook(process, request);
  const isPage = path === "/" || path === "/index.html";
  const body = isPage ? page : "<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n";
  return { status: isPage ? 200 : 404, headers: { ...server, "content-type": "text/html" }, body };
}

const page = `<html ng-app="redis">
  <head>
    <title>Guestbook</title>
  </head>
  <body>
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
      <form>
        <fieldset><input placeholder="Messages" class="form-control" type="text" name="input"><br></fieldset>
        <button type="button" class="btn btn-primary">Submit</button>
      </form>
      <div id="messages"></div>
    </div>
    <script>
      const text = document.querySelector("input");
      const show = async () => {
        const { data } = await (await fetch("guestbook.php?cmd=get&key=messages")).json();
        document.querySelector("#messages").innerText = data.split(",").join("\\n");
        return data;
      };
      document.querySelector("button").onclick = async () => {
        const value = encodeURIComponent((await show()) + "," + text.value);
        await fetch("guestbook.php?cmd=set&key=messages&value=" + value);
        text.value = "";
        await show();
      };
      show();
    </script>
  </body>
</html>
`;

async function guestbook(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { query } = targetOf(request);
  const [command, key, value] = ["cmd", "key", "value"].map((name) => query.get(name) ?? "") as [
    string,
    string,
    string,
  ];
  const { env } = process;
  const leader = env.get("REDIS_LEADER_SERVICE_HOST") ?? "redis-leader";
  const follower = env.get("REDIS_FOLLOWER_SERVICE_HOST") ?? "redis-follower";
  const isSet = command === "set";
  const usesEnvironment = env.get("GET_HOSTS_FROM") === "env";
  const host = isSet ? (usesEnvironment ? leader : "redis-leader") : usesEnvironment ? follower : "redis-follower";
  try {
    const reply = await ask(process, host, isSet ? ["SET", key, value] : ["GET", key]);
    const data = reply.kind === "text" ? reply.text : "";
    if (reply.kind === "error") return fatal(reply.text);
    const body = isSet ? '{"message": "Updated"}' : `{"data": ${JSON.stringify(data)}}`;
    return { status: 200, headers: { ...server, "content-type": "application/json" }, body };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const reason = error.code === "ECONNREFUSED" ? "Connection refused" : "Connection timed out";
    return fatal(`${reason} [tcp://${host}:${redisPort}]`);
  }
}

function fatal(reason: string): HttpResponse {
  const body = `<br />\n<b>Fatal error</b>:  Uncaught Predis\\Connection\\ConnectionException: ${reason}\n`;
  return { status: 500, headers: { ...server, "content-type": "text/html; charset=UTF-8" }, body };
}

/** Rejects with NetworkError. */
async function ask(process: Process, host: string, words: readonly string[]): Promise<RespValue> {
  const [ip] = await process.network.lookup(host);
  if (ip === undefined) throw new NetworkError("EHOSTUNREACH", `no host ${host}`);
  const connection = await process.network.dial({ ip, port: redisPort });
  connection.write(encodeCommand(words));
  const reply = await process.waitFor(firstReply(connection), () => connection.destroy());
  connection.end();
  return reply;
}

function firstReply(connection: Duplex): Promise<RespValue> {
  const reader = new RespReader();
  return new Promise((resolve, reject) => {
    connection.on("data", (chunk: Buffer) => {
      const [value] = reader.add(chunk);
      if (value) resolve(value);
    });
    connection.on("close", () => reject(new NetworkError("ECONNRESET", "closed")));
  });
}
