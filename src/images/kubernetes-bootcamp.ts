import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { tagOf } from "./tag.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

const port = 8080;

/** The application of the Kubernetes tutorials. There is no v10: its upgrade is meant to fail. */
export const kubernetesBootcamp: Image = {
  names: [
    "gcr.io/google-samples/kubernetes-bootcamp",
    "jocatalin/kubernetes-bootcamp",
    "gcr.io/k8s-minikube/kubernetes-bootcamp",
  ],
  base: "debian",
  tools: ["curl"],
  command: ["/bin/sh", "-c", "node server.js"],
  workingDirectory: "/",
  ports: [port],
  sizeMiB: 80,
  files: { "/server.js": "// The server of the Kubernetes bootcamp, simulated: it answers on port 8080.\n" },
  programs: { "/usr/local/bin/node": run },
  hasTag: (tag) => ["latest", "v1", "v2", "v3"].includes(tag),
};

async function run(process: Process): Promise<number> {
  const { hostname } = process.container;
  const version = tagOf(process).replace(/^v/u, "").replace("latest", "1");
  const startedAt = process.clock.now();
  const time = (): string => new Date(process.clock.now()).toISOString();
  let requests = 0;
  await process.print(`Kubernetes Bootcamp App Started At: ${time()} | Running On:  ${hostname} \n\n`);
  return serve(process, port, () => {
    requests++;
    const uptime = (process.clock.now() - startedAt) / 1000;
    const counts = `Total Requests: ${requests} | App Uptime: ${uptime} seconds`;
    tell(process.stdout, `Running On: ${hostname} | ${counts} | Log Time: ${time()}\n`);
    const body = `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${version}\n`;
    return { status: 200, headers: { "content-type": "text/plain" }, body };
  });
}
