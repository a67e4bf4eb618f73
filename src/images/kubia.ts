import type { HttpResponse } from "../network/http.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { tagOf } from "./tag.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

const port = 8080;
const healthyRequests = 5;

/** The server of "Kubernetes in Action". v3 fails from its fifth request on. */
export const kubia: Image = {
  names: ["luksa/kubia"],
  base: "debian",
  tools: ["curl"],
  entrypoint: ["node", "app.js"],
  ports: [port],
  sizeMiB: 260,
  programs: { "/usr/local/bin/node": (process) => run(process, false) },
  hasTag: (tag) => /^(?:latest|v[1-4]|1\.\d+)$/u.test(tag),
};

/** Answers five requests, then says that it is not well: for liveness probes. */
export const kubiaUnhealthy: Image = {
  ...kubia,
  names: ["luksa/kubia-unhealthy"],
  programs: { "/usr/local/bin/node": (process) => run(process, true) },
};

async function run(process: Process, failsSoon: boolean): Promise<number> {
  const { hostname } = process.container;
  const tag = tagOf(process);
  let requests = 0;
  await process.print("Kubia server starting...\n");
  return serve(process, port, (request): HttpResponse => {
    requests++;
    tell(process.stdout, `Received request from ::ffff:${request.remote?.ip ?? ""}\n`);
    if (failsSoon && requests > healthyRequests)
      return { status: 500, headers: {}, body: "I'm not well. Please restart me!" };
    if (tag === "v3" && requests >= healthyRequests) {
      return { status: 500, headers: {}, body: `Some internal error has occurred! This is pod ${hostname}\n` };
    }
    const body = /^v[1-4]$/u.test(tag) ? `This is ${tag} running in pod ${hostname}\n` : `You've hit ${hostname}\n`;
    return { status: 200, headers: {}, body };
  });
}
