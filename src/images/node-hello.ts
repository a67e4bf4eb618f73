import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { serve } from "./web/serve.ts";

/** The greeting of pages about Services of type LoadBalancer. https://kubernetes.io/docs/tutorials/stateless-application/expose-external-ip-address/ */
export const nodeHello: Image = {
  names: ["gcr.io/google-samples/node-hello", "us-docker.pkg.dev/google-samples/containers/gke/node-hello"],
  base: "debian",
  command: ["/bin/sh", "-c", "node server.js"],
  ports: [8080],
  sizeMiB: 250,
  files: { "/server.js": "// Answers every request with a greeting, on port 8080.\n" },
  programs: { "/usr/local/bin/node": run },
};

function run(process: Process): Promise<number> {
  return serve(process, 8080, () => ({ status: 200, headers: {}, body: "Hello Kubernetes!" }));
}
