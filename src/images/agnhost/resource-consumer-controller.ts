import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import { GoHttpError, goRequest } from "../go/http-get.ts";
import { formOf, goError, goResponse, targetOf } from "../go/http.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { wholeNumber, words } from "../resource-consumer/words.ts";
import { subcommand } from "./subcommand.ts";

/** One of the consumers' functions: what it is asked for, and in portions of what size. */
interface Task {
  readonly amount: string;
  readonly portion: string;
  /** Also given on to the consumer. */
  readonly label?: string;
  plan(count: number, size: number, rest: number): string;
  done(amount: number, label: string): string;
}

const tasks: ReadonlyMap<string, Task> = new Map([
  [
    "/ConsumeCPU",
    {
      amount: "millicores",
      portion: "requestSizeMillicores",
      plan: (count, size, rest) =>
        `sending ${count} requests to consume ${size} millicores each and 1 request to consume ${rest} millicores`,
      done: (amount) => `Consumed ${amount} millicores`,
    },
  ],
  [
    "/ConsumeMem",
    {
      amount: "megabytes",
      portion: "requestSizeMegabytes",
      plan: (count, size, rest) =>
        `sending ${count} requests to consume ${size} MB each and 1 request to consume ${rest} MB`,
      done: (amount) => `Consumed ${amount} megabytes`,
    },
  ],
  [
    "/BumpMetric",
    {
      amount: "delta",
      portion: "requestSizeMetrics",
      label: "metric",
      plan: (count, size, rest) =>
        `sending ${count} requests to bump custom metric by ${size} each and 1 request to bump by ${rest}`,
      done: (amount, label) => `Bumped metric ${label} by ${amount}`,
    },
  ],
]);

/** Spreads one large request over the consumers behind a Service. */
export const resourceConsumerController = subcommand({
  name: "resource-consumer-controller",
  short: "Starts a HTTP server that spreads requests around resource consumers",
  defaults: {
    port: 8080,
    "consumer-port": 8080,
    "consumer-service-name": "resource-consumer",
    "consumer-service-namespace": "default",
  },
  run(process, flags) {
    const host = `${flags["consumer-service-name"]}.${flags["consumer-service-namespace"]}.svc.${domainOf(process)}`;
    const base = `http://${host}:${flags["consumer-port"]}`;
    process.network.serveHttp(flags.port, (request) => answer(process, base, request));
    return serveUntilKilled(process);
  },
});

function domainOf({ files }: Process): string {
  const text = files.exists("/etc/resolv.conf") ? files.readText("/etc/resolv.conf") : "";
  return /(?<=\ssvc\.)\S+/u.exec(text)?.[0] ?? "cluster.local";
}

async function answer(process: Process, base: string, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== "POST") return goError(process, words.badRequest, 400);
  const { path } = targetOf(request);
  const task = tasks.get(path);
  if (!task) return goError(process, words.unknownFunction, 404);
  const form = await formOf(request);
  const names = [task.amount, "durationSec", task.portion, ...(task.label === undefined ? [] : [task.label])];
  const texts = names.map((name) => form.get(name) ?? "");
  if (texts.includes("")) return goError(process, words.notGiven, 400);
  const numbers = texts.slice(0, 3).map(wholeNumber);
  const [amount = 0, durationSec = 0, size = 0] = numbers;
  if (numbers.includes(undefined) || size <= 0) return goError(process, words.incorrect, 400);
  const label = texts[3] ?? "";
  const count = Math.trunc(amount / size);
  const rest = amount - count * size;
  const portions = [...Array<number>(count).fill(size), ...(rest > 0 ? [rest] : [])];
  const lines = await Promise.all(
    portions.map(async (portion) => {
      const fields = { [task.amount]: String(portion), durationSec: String(durationSec) };
      const query = new URLSearchParams({ ...fields, ...(task.label === undefined ? {} : { [task.label]: label }) });
      return (await problemOf(process, `${base}${path}`, query)) ?? task.done(portion, label);
    }),
  );
  const text = [`RC manager: ${task.plan(count, size, rest)}`, ...lines].map((line) => `${line}\n`).join("");
  return goResponse(process, text);
}

async function problemOf(process: Process, url: string, form: URLSearchParams): Promise<string | undefined> {
  try {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await goRequest(process, url, { method: "POST", body: form.toString(), headers });
    return undefined;
  } catch (error) {
    if (error instanceof GoHttpError) return `Failed to connect to consumer: ${error.message}`;
    throw error;
  }
}
