import { isIPv4 } from "node:net";

import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { GoHttpError, goRequest } from "../go/http-get.ts";
import { goNotFound, goResponse, remoteAddress, targetOf } from "../go/http.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { subcommand } from "./subcommand.ts";

/** Asks other pods whom they see, which must be this pod itself: nothing on the way has changed the source. */
export const noSnatTest = subcommand({
  name: "no-snat-test",
  short: "Creates the /checknosnat and /whoami endpoints",
  defaults: { port: "8080" },
  async run(process, { port }) {
    for (const name of ["POD_IP", "NODE_IP"]) {
      const problem = addressProblem(name, process.env.get(name));
      if (problem === undefined) continue;
      await process.warn(`${problem}\n`);
      return 1;
    }
    process.network.serveHttp(Number(port), (request) => answer(process, request));
    return serveUntilKilled(process);
  },
});

/** Passes the question on to a pod that may be asked from here. */
export const noSnatTestProxy = subcommand({
  name: "no-snat-test-proxy",
  short: "Creates a proxy for the /checknosnat endpoint",
  defaults: { port: "31235" },
  run(process, { port }) {
    process.network.serveHttp(Number(port), (request) => passOn(process, request));
    return serveUntilKilled(process);
  },
});

function addressProblem(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return `${name} env var was not present in the environment`;
  return isIPv4(value) ? undefined : `${name} env var contained ${JSON.stringify(value)}, which is not an IP address`;
}

async function answer(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  if (path === "/whoami") return goResponse(process, remoteAddress(request));
  if (path !== "/checknosnat") return goNotFound(process);
  const ips = (query.get("ips") ?? "").split(",");
  const problems = await Promise.all(ips.map((ip) => sourceProblem(process, ip)));
  const found = problems.filter((problem) => problem !== undefined);
  return found.length > 0 ? goResponse(process, found.join(", "), { status: 500 }) : goResponse(process, "");
}

async function sourceProblem(process: Process, target: string): Promise<string | undefined> {
  const [pod, node] = ["POD_IP", "NODE_IP"].map((name) => process.env.get(name));
  try {
    const { body } = await goRequest(process, `http://${target}/whoami`);
    const [seen = ""] = body.split(":");
    if (seen === pod) return undefined;
    const mine = `Returned ip ${JSON.stringify(seen)} != my Pod ip ${JSON.stringify(pod)}`;
    if (seen === node) return `${mine}, == my Node ip ${JSON.stringify(node)} - SNAT`;
    return `${mine} or my Node ip ${JSON.stringify(node)} - SNAT to unexpected ip (possible SNAT through unexpected interface on the way into another node)`;
  } catch (error) {
    if (error instanceof GoHttpError) return error.message;
    throw error;
  }
}

async function passOn(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  if (path !== "/checknosnat") return goNotFound(process);
  const url = `http://${query.get("target") ?? ""}/checknosnat?ips=${query.get("ips") ?? ""}`;
  try {
    const { status, body } = await goRequest(process, url);
    return goResponse(process, body, { status });
  } catch (error) {
    if (!(error instanceof GoHttpError)) throw error;
    return goResponse(process, `error querying ${JSON.stringify(url)}, err: ${error.message}`, { status: 500 });
  }
}
