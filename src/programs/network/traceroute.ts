import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { addressOf } from "./address.ts";
import { ethernetOf } from "./interfaces.ts";

const probes = 3;

/** Busybox's traceroute: the gateway, then the pod. Who answers no ping answers nothing here either. */
export const traceroute = applet({
  names: ["traceroute"],
  bases: ["busybox", "alpine"],
  directory: "/usr/bin",
  usage:
    "[-46FIlnrv] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-p PORT]\n\t[-t TOS] [-w WAIT_SEC] [-s SRC_IP] [-i IFACE]\n\tHOST [BYTES]",
  help: "Trace the route to HOST\n\n\t-m N\tMax number of hops\n\t-n\tPrint numeric addresses\n\t-q N\tNumber of probes per hop (default 3)\n\t-w N\tTime to wait for a response (default 3 s)",
  options: "46FIlnrvf:m:q:p:t:w:s:i:z:",
  async run(call) {
    const { process, operands, options, out } = call;
    const [host] = operands;
    if (host === undefined) throw new UsageError();
    const ip = await addressOf(process, host);
    if (ip === undefined) throw new Failure(`bad address '${host}'`);
    const most = Number(options.value("m") ?? 30);
    await out.print(`traceroute to ${host} (${ip}), ${most} hops max, 46 byte packets\n`);
    const { gateway, ip: own } = ethernetOf(process);
    const isReached = process.network.ping(ip) === "answer";
    const isHere = ip === own || ip.startsWith("127.");
    for (let hop = 1; hop <= most; hop++) {
      const isLast = isReached && (isHere || hop === 2);
      if (isLast) return answered(call, hop, { name: host, ip });
      if (hop === 1) await answered(call, hop, { name: gateway, ip: gateway });
      else await silent(call, hop, Number(options.value("w") ?? 3) * 1000);
    }
    return 0;
  },
});

async function answered(
  { process, options, out }: Call,
  hop: number,
  { name, ip }: { name: string; ip: string },
): Promise<number> {
  const count = Number(options.value("q") ?? probes);
  const times = Array.from({ length: count }, () => `  ${(0.004 + process.random.next() * 0.02).toFixed(3)} ms`);
  await out.print(`${String(hop).padStart(2)}  ${options.has("n") ? ip : `${name} (${ip})`}${times.join("")}\n`);
  return 0;
}

async function silent({ process, options, out }: Call, hop: number, waitMs: number): Promise<void> {
  await out.print(`${String(hop).padStart(2)} `);
  for (let probe = 0; probe < Number(options.value("q") ?? probes); probe++) {
    await out.flush();
    await process.sleep(waitMs);
    await out.print(" *");
  }
  await out.print("\n");
}
