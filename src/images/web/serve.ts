import type { HttpHandler } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";

/** Serves until it is told to end, and ends with 0. */
export async function serve(process: Process, port: number, handler: HttpHandler): Promise<number> {
  process.network.serveHttp(port, handler);
  await process.terminated;
  return 0;
}
