import { applet, type Call, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { addressOf } from "./address.ts";
import { ethernetOf } from "./interfaces.ts";
import { pingWords } from "./ping-words.ts";

const headerBytes = 8;
/** How long the last answer is waited for, in seconds. */
const usualPatience = "10";

interface Flight {
  readonly ip: string;
  readonly count: number;
  readonly intervalMs: number;
  readonly patienceMs: number;
  /** When it ends, whatever has come back. */
  readonly deadline: number;
  readonly size: number;
  readonly isQuiet: boolean;
}

interface Counts {
  sent: number;
  readonly times: number[];
}

/** Busybox's ping, or that of iputils in Debian. Pods and nodes answer; the IP of a Service belongs to no host and is silent. */
export const ping = applet({
  names: ["ping"],
  bases: ["busybox", "alpine"],
  usage: "[OPTIONS] HOST",
  help: `
Send ICMP ECHO_REQUESTs to HOST

	-4		Force IP name resolution
	-c CNT		Send only CNT pings
	-s SIZE		Send SIZE data bytes in packets (default 56)
	-i SECS		Interval
	-t TTL		Set TTL
	-W SEC		Seconds to wait for the first response (default 10)
			after all -c CNT packets are sent
	-w SEC		Seconds until ping exits (default:infinite)
			(can exit earlier with -c CNT)
	-q		Quiet, only display output at start/finish`,
  options: "46AOnqc:i:s:t:w:W:I:p:",
  async run(call) {
    const { process, operands, out } = call;
    const [host] = operands;
    if (host === undefined || operands.length > 1) throw new UsageError();
    const ip = call.options.has("6") ? undefined : await addressOf(process, host);
    const words = pingWords(process.container.image.base);
    if (ip === undefined) throw new Failure(words.unknownHost(host), words.unknownHostCode);
    if (process.user.uid !== 0) throw new Failure("permission denied (are you root?)");
    const flight = flightTo(ip, call);
    await out.print(words.opening(host, ip, flight.size));
    const counts: Counts = { sent: 0, times: [] };
    const begun = process.clock.now();
    await fly(call, flight, counts);
    await out.print(words.statistics(host, { ...counts, elapsedMs: process.clock.now() - begun }));
    return counts.times.length > 0 ? 0 : 1;
  },
});

function flightTo(ip: string, { process, options }: Call): Flight {
  const wait = options.value("w");
  return {
    ip,
    count: numberOf(options.value("c") ?? "0"),
    intervalMs: numberOf(options.value("i") ?? "1") * 1000,
    patienceMs: numberOf(options.value("W") ?? usualPatience) * 1000,
    deadline: wait === undefined ? Infinity : process.clock.now() + numberOf(wait) * 1000,
    size: numberOf(options.value("s") ?? "56"),
    isQuiet: options.has("q"),
  };
}

function numberOf(text: string): number {
  if (!/^\d+(?:\.\d+)?$/u.test(text)) throw new Failure(`invalid number '${text}'`);
  return Number(text);
}

/** Until it has sent enough, waited enough, or Ctrl-C. */
async function fly({ process, out }: Call, flight: Flight, counts: Counts): Promise<void> {
  let isInterrupted = false;
  const interrupted = new Promise<void>((resolve) => {
    process.onSignal("SIGINT", () => {
      isInterrupted = true;
      resolve();
    });
  });
  const rest = async (ms: number): Promise<void> => {
    const left = flight.deadline - process.clock.now();
    await out.flush();
    await Promise.race([interrupted, process.sleep(Math.max(0, Math.min(ms, left)))]);
  };
  const isOver = (): boolean => isInterrupted || process.clock.now() >= flight.deadline;
  while (!isOver()) {
    const answered = await sendOne({ process, out }, flight, counts);
    const isLast = flight.count > 0 && counts.sent >= flight.count;
    if (isLast && answered) return;
    await rest(isLast ? flight.patienceMs : flight.intervalMs);
    if (isLast) return;
  }
}

async function sendOne(
  { process, out }: Pick<Call, "process" | "out">,
  flight: Flight,
  counts: Counts,
): Promise<boolean> {
  const sequence = counts.sent++;
  const words = pingWords(process.container.image.base);
  const outcome = process.network.ping(flight.ip);
  if (outcome === "unreachable") await out.print(words.unreachable(ethernetOf(process).gateway, sequence));
  if (outcome !== "answer") return false;
  const isOwn = flight.ip.startsWith("127.") || flight.ip === process.network.ip;
  const ms = (isOwn ? 0.03 : 0.06) + process.random.next() * 0.06;
  counts.times.push(ms);
  if (flight.isQuiet) return true;
  const echo = { bytes: flight.size + headerBytes, ip: flight.ip, sequence, ttl: isOwn ? 64 : 62, ms };
  await out.print(words.answer(echo));
  return true;
}
