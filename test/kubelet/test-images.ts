import { createServer, type Http2Server } from "node:http2";
import type { Duplex } from "node:stream";

import type { HttpHandler } from "../../src/network/http.ts";
import type { Image } from "../../src/runtime/image.ts";
import type { Process } from "../../src/runtime/process.ts";

/** An image whose one program serves HTTP until it is told to end. */
export function webImage(name: string, port: number, handler: HttpHandler): Image {
  return serverImage(name, (process) => process.network.serveHttp(port, handler));
}

/** An image whose one program does something and waits to be told to end. */
export function serverImage(name: string, serve: (process: Process) => void): Image {
  const run = async (process: Process): Promise<number> => {
    serve(process);
    await process.terminated;
    return 0;
  };
  return { names: [name], base: "busybox", entrypoint: ["/server"], programs: { "/server": run }, hasTag: () => true };
}

/** gRPC's health service, which answers with the status of a service's name. */
export function healthImage(name: string, port: number, statusOf: (service: string) => number | undefined): Image {
  return serverImage(name, (process) => {
    const server: Http2Server = createServer();
    server.on("stream", (stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const service = Buffer.concat(chunks).subarray(7).toString();
        const status = statusOf(service);
        stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
        const code = status !== undefined ? "0" : service === "absent" ? "5" : "12";
        const trailers = { "grpc-status": code, "grpc-message": "unknown service" };
        stream.on("wantTrailers", () => stream.sendTrailers(trailers));
        stream.end(status === undefined ? Buffer.alloc(0) : Buffer.from([0, 0, 0, 0, 2, 8, status]));
      });
    });
    process.network.serveTcp(port, (connection: Duplex) => void server.emit("connection", connection));
  });
}
