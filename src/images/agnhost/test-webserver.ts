import { serveFiles } from "../go/file-server.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

export const testWebserver = subcommand({
  name: "test-webserver",
  short: "Starts a simple HTTP fileserver which serves any file specified in the URL path, if it exists",
  defaults: { port: 80 },
  run(process, { port }) {
    process.network.serveHttp(port, (request) => serveFiles(process, request, "/"));
    return serveUntilKilled(process);
  },
});
