import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { goResponse, targetOf } from "./go/http.ts";
import { goLog } from "./go/log.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";
import { tagOf } from "./tag.ts";

/** Google's sample for load balancing and upgrades; the tag is its version. */
export const helloApp: Image = {
  names: ["gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"],
  base: "alpine",
  entrypoint: ["./hello-app"],
  workingDirectory: "/",
  ports: [8080],
  env: { PORT: "8080" },
  sizeMiB: 11,
  programs: { "/hello-app": run },
  hasTag: (tag) => ["1.0", "2.0", "latest"].includes(tag),
};

function run(process: Process): Promise<number> {
  const port = process.env.get("PORT") || "8080";
  const version = tagOf(process) === "2.0" ? "2.0.0" : "1.0.0";
  goLog(process, `Server listening on port ${port}`);
  process.network.serveHttp(Number(port), (request) => {
    goLog(process, `Serving request: ${targetOf(request).path}`);
    return goResponse(process, `Hello, world!\nVersion: ${version}\nHostname: ${process.container.hostname}\n`);
  });
  return serveUntilKilled(process);
}
