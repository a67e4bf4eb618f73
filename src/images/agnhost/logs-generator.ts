import { formatGoDuration, goDurationMs } from "../../api/go-duration.ts";
import type { Process } from "../../runtime/process.ts";
import { klogLine } from "../go/log.ts";
import { subcommand } from "./subcommand.ts";

const methods = ["GET", "POST", "PUT"];
const namespaces = ["kube-system", "default", "ns"];
const fatalCode = 255;

/** Lines evenly spread over a time. `-t` and `-d` are the short forms of its flags. */
export const logsGenerator = subcommand({
  name: "logs-generator",
  short: "Outputs lines of logs to stdout uniformly",
  defaults: { "log-lines-total": 0, t: 0, "run-duration": "0", d: "0" },
  async run(process, flags) {
    const lines = flags["log-lines-total"] || flags.t;
    const text = flags["run-duration"] === "0" ? flags.d : flags["run-duration"];
    const durationMs = goDurationMs(text) ?? 0;
    if (lines <= 0) return fatal(process, "logs_generator.go:65", `Invalid total number of lines: ${lines}`);
    if (durationMs <= 0)
      return fatal(process, "logs_generator.go:69", `Invalid duration: ${formatGoDuration(durationMs)}`);
    for (let id = 0; id < lines; id++) {
      await process.warn(klogLine(process, "logs_generator.go:76", `${id} ${request(process.random)}`));
      await process.sleep(durationMs / lines);
    }
    return 0;
  },
});

async function fatal(process: Process, place: string, text: string): Promise<number> {
  await process.warn(klogLine(process, place, text).replace(/^I/u, "F"));
  return fatalCode;
}

/** As a line of an API server's log. */
function request(random: Process["random"]): string {
  const pick = (list: readonly string[]): string => list[random.integer(list.length)] ?? "";
  const name = random.suffix(3 + random.integer(2));
  return `${pick(methods)} /api/v1/namespaces/${pick(namespaces)}/pods/${name} ${200 + random.integer(400)}`;
}
