import type { Process } from "../../runtime/process.ts";
import { tell } from "../tell.ts";

/** What Go's `log.Print` writes to stderr: the time and the text. */
export function goLog(process: Process, text: string): void {
  tell(process.stderr, `${goLogTime(process)} ${text}${text.endsWith("\n") ? "" : "\n"}`);
}

/** `log.Fatal`: writes and ends with 1. */
export async function goFatal(process: Process, text: string): Promise<number> {
  await process.warn(`${goLogTime(process)} ${text}\n`);
  return 1;
}

/** `2025/01/31 12:00:00`. */
export function goLogTime({ clock }: Process): string {
  return new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}

/** `I0131 12:00:00.000000       1 main.go:65] text`, as klog writes it. */
export function klogLine({ clock, pid }: Process, place: string, text: string): string {
  const time = new Date(clock.now()).toISOString();
  const [month, day] = [time.slice(5, 7), time.slice(8, 10)];
  return `I${month}${day} ${time.slice(11, 23)}000 ${String(pid).padStart(7)} ${place}] ${text}\n`;
}
