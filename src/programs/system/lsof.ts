import { applet } from "../applet.ts";

/** What busybox's lsof shows: pid, executable and open file. A process sees its own descriptors, of others what /proc tells. */
export const lsof = applet({
  names: ["lsof"],
  usage: "",
  help: "Show all open files",
  options: "i:nPp:",
  directory: "/usr/bin",
  async run({ process, out }) {
    const { files, container } = process;
    for (const { pid, command } of container.processes.values()) {
      const directory = `/proc/${pid}/fd`;
      const numbers = files.exists(directory) ? files.list(directory) : [];
      for (const number of numbers) {
        await out.print(`${pid}\t${command[0] ?? ""}\t${files.readLink(`${directory}/${number}`)}\n`);
      }
    }
  },
});
