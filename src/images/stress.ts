import { goDurationMs } from "../api/go-duration.ts";
import { quantityError, quantityValue } from "../api/quantity.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { burn } from "./burn.ts";
import { FlagError, parseFlags } from "./go/flags.ts";
import { klogLine } from "./go/log.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";

/** `stress --vm 1 --vm-bytes 250M`: takes memory or processor time, for the pages on limits. */
export const stress: Image = {
  names: ["polinux/stress"],
  base: "alpine",
  command: ["stress", "--help"],
  sizeMiB: 4,
  programs: { "/usr/local/bin/stress": runStress },
};

/** `-cpus 2 -mem-total 100Mi`: the same for the page on processors. */
export const vishStress: Image = {
  names: ["vish/stress", "registry.k8s.io/stress"],
  base: "none",
  entrypoint: ["/stress"],
  sizeMiB: 2,
  programs: { "/stress": runVishStress },
};

const units: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const usualBytes = "256M";
const noTimeout = 0;

async function runStress(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const valueOf = (...names: string[]): string | undefined => {
    const at = args.findIndex((arg) => names.includes(arg.split("=")[0] ?? ""));
    return at < 0 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
  };
  if (args.length === 0 || args.includes("--help") || args.includes("-?")) {
    await process.print(
      "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n",
    );
    return 0;
  }
  const count = (...names: string[]): number => Number(valueOf(...names) ?? 0);
  const [cpu, io, vm, hdd] = [count("-c", "--cpu"), count("-i", "--io"), count("-m", "--vm"), count("-d", "--hdd")];
  const [, amount = "0", unit = ""] = /^(\d+)([bkmg]?)$/iu.exec(valueOf("--vm-bytes") ?? usualBytes) ?? [];
  await process.print(`stress: info: [${process.pid}] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd\n`);
  burn(process, cpu + (args.some((arg) => arg.startsWith("--vm-hang")) ? 0 : vm));
  if (vm > 0) process.memoryBytes = vm * Number(amount) * (units[unit.toLowerCase()] ?? 1);
  const seconds = count("-t", "--timeout");
  const running = serveUntilKilled(process);
  if (seconds === noTimeout) return running;
  const done = process.sleep(seconds * 1000).then(async () => {
    await process.print(`stress: info: [${process.pid}] successful run completed in ${seconds}s\n`);
    return 0;
  });
  return Promise.race([running, done]);
}

async function runVishStress(process: Process): Promise<number> {
  try {
    const defaults = {
      "mem-total": "0",
      "mem-alloc-size": "4Ki",
      "mem-alloc-sleep": "1ms",
      cpus: 0,
      logtostderr: true,
    };
    const { flags } = parseFlags(process.argv.slice(1), defaults, "flag");
    const [total, size, sleep] = [flags["mem-total"], flags["mem-alloc-size"], flags["mem-alloc-sleep"]];
    const wrong = [total, size].find((text) => quantityError(text) !== undefined);
    if (wrong !== undefined)
      throw new FlagError(`invalid quantity ${JSON.stringify(wrong)}: ${quantityError(wrong) ?? ""}`);
    const text = `Allocating ${JSON.stringify(total)} memory, in ${JSON.stringify(size)} chunks, with a ${sleep} sleep between allocations`;
    await process.warn(klogLine(process, "main.go:26", text));
    for (let cpu = 0; cpu < flags.cpus; cpu++)
      await process.warn(klogLine(process, "main.go:39", "Spawning a thread to consume CPU"));
    burn(process, flags.cpus);
    const step = Math.max(quantityValue(size), quantityValue(total) / 1000);
    for (let held = step; held <= quantityValue(total); held += step) {
      process.memoryBytes = held;
      await process.sleep(goDurationMs(sleep) ?? 0);
    }
    await process.warn(klogLine(process, "main.go:29", `Allocated ${JSON.stringify(total)} memory`));
    return await serveUntilKilled(process);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    await process.warn(`${error.message}\n`);
    return 2;
  }
}
