import { createServer, type ServerHttp2Stream } from "node:http2";

import { formatGoDuration } from "../../api/go-duration.ts";
import type { Process } from "../../runtime/process.ts";
import { goNotFound, goResponse, targetOf } from "../go/http.ts";
import { goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

const serving = 1;
const notServing = 2;
const codes = { ok: "0", notFound: "5", unimplemented: "12" };
const frameHead = 5;

/** gRPC's health service, healthy for a while or until it is told otherwise over HTTP. */
export const grpcHealthChecking = subcommand({
  name: "grpc-health-checking",
  short: "Starts a simple grpc health checking endpoint",
  defaults: { port: 5000, "http-port": 8080, "delay-unhealthy-sec": -1, service: "" },
  run(process, flags) {
    const startedAt = process.clock.now();
    let forced: boolean | undefined;
    const age = (): number => process.clock.now() - startedAt;
    goLog(process, `Http server starting to listen on :${flags["http-port"]}`);
    process.network.serveHttp(flags["http-port"], (request) => {
      const { path } = targetOf(request);
      if (path !== "/make-serving" && path !== "/make-not-serving") return goNotFound(process);
      forced = path === "/make-not-serving";
      goLog(process, `Mark as ${forced ? "unhealthy" : "healthy"}`);
      return goResponse(process, formatGoDuration(age()));
    });
    const isUnhealthy = (): boolean => {
      const limit = flags["delay-unhealthy-sec"];
      return forced === true || (limit >= 0 && age() >= limit * 1000);
    };
    serveGrpc(process, flags.port, (service) => {
      goLog(process, "Serving the Check request for health check");
      if (service !== flags.service) return undefined;
      return isUnhealthy() ? notServing : serving;
    });
    goLog(process, `gRPC server starting to listen on :${flags.port}`);
    return serveUntilKilled(process);
  },
});

/** `statusOf` knows the status of a service by its name. */
function serveGrpc(process: Process, port: number, statusOf: (service: string) => number | undefined): void {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const isCheck = headers[":path"] === "/grpc.health.v1.Health/Check";
      const status = isCheck ? statusOf(serviceIn(Buffer.concat(chunks))) : undefined;
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => {
        const code = !isCheck ? codes.unimplemented : status === undefined ? codes.notFound : codes.ok;
        stream.sendTrailers({ "grpc-status": code, "grpc-message": code === codes.notFound ? "unknown service" : "" });
      });
      stream.end(status === undefined ? undefined : Buffer.from([0, 0, 0, 0, 2, 8, status]));
    });
  });
  process.network.serveTcp(port, (connection) => {
    server.emit("connection", connection);
  });
}

/** Field 1 of the request, after the frame's head. */
function serviceIn(bytes: Buffer): string {
  return bytes.subarray(frameHead + 2).toString();
}
