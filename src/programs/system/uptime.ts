import { strftime } from "../../runtime/strftime.ts";
import { applet } from "../applet.ts";
import { loadAverage } from "./load.ts";

export const uptime = applet({
  names: ["uptime"],
  usage: "[-ps]",
  help: "Display the time since the last boot",
  options: { short: "ps", long: { pretty: "p", since: "s" } },
  directory: "/usr/bin",
  async run({ process, options, out }) {
    const now = process.clock.now();
    const fromProc = process.files.exists("/proc/uptime")
      ? Number.parseFloat(process.files.readText("/proc/uptime"))
      : Number.NaN;
    const seconds = Number.isNaN(fromProc) ? (now - process.container.startedAt) / 1000 : fromProc;
    if (options.has("s")) {
      await out.print(`${strftime("%Y-%m-%d %H:%M:%S", now - seconds * 1000)}\n`);
      return;
    }
    const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
    const day = days === undefined || days === 0 ? "" : `${days} day${days === 1 ? "" : "s"}, `;
    const time = hours === 0 ? `${minutes} min` : `${String(hours).padStart(2)}:${String(minutes).padStart(2, "0")}`;
    if (options.has("p")) await out.print(`up ${day}${hours} hours, ${minutes} minutes\n`);
    else {
      const load = loadAverage(process).replaceAll(" ", ", ");
      await out.print(` ${strftime("%H:%M:%S", now)} up ${day}${time},  0 users,  load average: ${load}\n`);
    }
  },
});
