import type { HttpRequest, HttpResponse } from "../../network/http.ts";
import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { parseFlags } from "../go/flags.ts";
import { formOf, goError, goResponse, targetOf } from "../go/http.ts";
import { goLog } from "../go/log.ts";
import { serveUntilKilled } from "../go/serve-until-killed.ts";
import { wholeNumber, words } from "./words.ts";

/** Uses what it is asked to use, for as long: for tests of autoscaling. https://github.com/kubernetes/kubernetes/tree/release-1.32/test/images/resource-consumer */
export const resourceConsumer: Image = {
  names: ["registry.k8s.io/e2e-test-images/resource-consumer"],
  base: "busybox",
  entrypoint: ["/consumer"],
  ports: [8080],
  sizeMiB: 29,
  programs: { "/consumer": run, "/consume-cpu/consume-cpu": runConsumeCpu },
};

const sliceMs = 100;
/** Whatever was asked for so far, by the name of the metric. */
type Gauges = Map<string, number>;
type Form = URLSearchParams;

function run(process: Process): Promise<number> {
  const { flags } = parseFlags(process.argv.slice(1), { port: 8080 }, "flag");
  const gauges: Gauges = new Map();
  process.network.serveHttp(flags.port, (request) => answer(process, gauges, request));
  return serveUntilKilled(process);
}

/** The part of it that only keeps processors busy. */
async function runConsumeCpu(process: Process): Promise<number> {
  const { flags } = parseFlags(process.argv.slice(1), { millicores: 0, "duration-sec": 0 }, "flag");
  keepAllBusy(process, flags.millicores, flags["duration-sec"]);
  await process.sleep(flags["duration-sec"] * 1000);
  return 0;
}

async function answer(process: Process, gauges: Gauges, request: HttpRequest): Promise<HttpResponse> {
  const { path } = targetOf(request);
  if (path === "/Metrics") return goResponse(process, metricsText(gauges));
  if (request.method !== "POST") return goError(process, words.badRequest, 400);
  const form = await formOf(request);
  switch (path) {
    case "/ConsumeCPU":
      return consumeCpu(process, form);
    case "/ConsumeMem":
      return consumeMemory(process, form);
    case "/BumpMetric":
      return bumpMetric(process, gauges, form);
    case "/GetCurrentStatus":
      return goResponse(process, "Warning: not implemented!\nGetCurrentStatus");
    default:
      return goError(process, `${words.unknownFunction}: ${path}`, 404);
  }
}

function consumeCpu(process: Process, form: Form): HttpResponse {
  const asked = argumentsIn(process, form, ["millicores", "durationSec"]);
  if ("status" in asked) return asked;
  const [millicores = 0, durationSec = 0] = asked.numbers;
  goLog(process, `ConsumeCPU millicores: ${millicores}, durationSec: ${durationSec}`);
  keepAllBusy(process, millicores, durationSec);
  return told(process, "ConsumeCPU", [
    [String(millicores), "millicores"],
    [String(durationSec), "durationSec"],
  ]);
}

/** A process for each processor. */
function keepAllBusy(process: Process, millicores: number, seconds: number): void {
  for (let left = millicores; left > 0; left -= 1000) keepBusy(process, Math.min(left, 1000) / 1000, seconds);
}

function keepBusy(process: Process, share: number, seconds: number): void {
  process.fork(async (worker) => {
    for (const until = worker.clock.now() + seconds * 1000; worker.clock.now() < until;) {
      await worker.compute(share * sliceMs);
      if (share < 1) await worker.sleep((1 - share) * sliceMs);
    }
    return 0;
  });
}

function consumeMemory(process: Process, form: Form): HttpResponse {
  const asked = argumentsIn(process, form, ["megabytes", "durationSec"]);
  if ("status" in asked) return asked;
  const [megabytes = 0, durationSec = 0] = asked.numbers;
  goLog(process, `ConsumeMem megabytes: ${megabytes}, durationSec: ${durationSec}`);
  process.fork(async (worker) => {
    worker.memoryBytes = megabytes * 1024 ** 2;
    await worker.sleep(durationSec * 1000);
    return 0;
  });
  return told(process, "ConsumeMem", [
    [String(megabytes), "megabytes"],
    [String(durationSec), "durationSec"],
  ]);
}

function bumpMetric(process: Process, gauges: Gauges, form: Form): HttpResponse {
  const [metric, deltaText, seconds] = ["metric", "delta", "durationSec"].map((name) => form.get(name) ?? "");
  if (!metric || !deltaText || !seconds) return goError(process, words.notGiven, 400);
  const [delta, durationSec] = [Number(deltaText), wholeNumber(seconds)];
  if (Number.isNaN(delta) || durationSec === undefined) return goError(process, words.incorrect, 400);
  const add = (amount: number): void => void gauges.set(metric, (gauges.get(metric) ?? 0) + amount);
  add(delta);
  process.clock.after(durationSec * 1000, () => add(-delta));
  return told(process, "BumpMetric", [
    [metric, "metric"],
    [String(delta), "delta"],
    [String(durationSec), "durationSec"],
  ]);
}

function metricsText(gauges: Gauges): string {
  return [...gauges]
    .map(([name, value]) => `# HELP ${name} info message.\n# TYPE ${name} gauge\n${name} ${value.toFixed(6)}\n`)
    .join("");
}

/** The numbers that the form must have, or what to answer when it has not. */
function argumentsIn(
  process: Process,
  form: Form,
  names: readonly string[],
): HttpResponse | { readonly numbers: readonly number[] } {
  const texts = names.map((name) => form.get(name) ?? "");
  if (texts.includes("")) return goError(process, words.notGiven, 400);
  const numbers = texts.flatMap((text) => wholeNumber(text) ?? []);
  return numbers.length === texts.length ? { numbers } : goError(process, words.incorrect, 400);
}

function told(
  process: Process,
  name: string,
  values: readonly (readonly [value: string, name: string])[],
): HttpResponse {
  return goResponse(process, `${name}\n${values.map((pair) => `${pair.join(" ")}\n`).join("")}`);
}
