import type { Process } from "../../runtime/process.ts";
import type { Tool } from "../../runtime/tool.ts";
import { OptionError, parseOptions } from "../options.ts";
import { FilterError, socketFilter } from "./socket-filter.ts";

const width = 20;

/** iproute2's ss, for the images that have it. */
export const ss: Tool = { names: ["ss"], bases: [], directory: "/usr/bin", run };

async function run(process: Process): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(1), {
      short: "hHlatunpeosw46xr",
      long: { listening: "l", all: "a", tcp: "t", udp: "u", numeric: "n", processes: "p", "no-header": "H" },
    });
    const both = !options.has("t") && !options.has("u");
    const { passes, hasState } = socketFilter(options.operands);
    const sockets = process.network
      .sockets()
      .filter(({ state }) => hasState || options.has("a") || (state === "listening") === options.has("l"))
      .filter(passes)
      .filter(({ protocol }) => both || options.has(protocol === "TCP" ? "t" : "u"));
    const head = `${both ? "Netid " : ""}State  Recv-Q Send-Q ${"Local Address:Port".padStart(width)} ${"Peer Address:Port".padStart(width)} Process\n`;
    if (!options.has("H")) await process.print(head);
    for (const { protocol, state, local, remote } of sockets) {
      const shown = state === "established" ? "ESTAB" : protocol === "TCP" ? "LISTEN" : "UNCONN";
      const backlog = state === "listening" && protocol === "TCP" ? "4096" : "0";
      const here = `${local.ip}:${local.port}`.padStart(width);
      const there = (remote ? `${remote.ip}:${remote.port}` : "0.0.0.0:*").padStart(width);
      const netid = both ? protocol.toLowerCase().padEnd(6) : "";
      await process.print(`${netid}${shown.padEnd(6)} 0      ${backlog.padEnd(6)} ${here} ${there}        \n`);
    }
    return 0;
  } catch (error) {
    if (error instanceof FilterError) {
      await process.warn(`ss: ${error.message}\n`);
      return 255;
    }
    if (!(error instanceof OptionError)) throw error;
    await process.warn(`ss: ${error.message}\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`);
    return 1;
  }
}
