import type { Process } from "../../runtime/process.ts";
import { type Subcommand, subcommand } from "./subcommand.ts";

export const dnsSuffix = fromResolvConf("dns-suffix", "Prints the host's DNS suffix list", "search");
export const dnsServerList = fromResolvConf("dns-server-list", "Prints the host's DNS Server list", "nameserver");

export const etcHosts = subcommand({
  name: "etc-hosts",
  short: "Prints the host's /etc/hosts file",
  defaults: {},
  async run(process) {
    await process.print(`${process.files.readText("/etc/hosts")}\n`);
    return 0;
  },
});

/** The words of the first line that begins with `keyword`. */
function fromResolvConf(name: string, short: string, keyword: string): Subcommand {
  return subcommand({
    name,
    short,
    defaults: {},
    async run(process: Process) {
      const lines = process.files.readText("/etc/resolv.conf").split("\n");
      const found = lines.find((line) => line.startsWith(keyword));
      if (found === undefined) {
        await process.warn("panic: Could not find DNS search list!\n");
        return 2;
      }
      await process.print(`${found.split(" ").slice(1).join(",")}\n`);
      return 0;
    },
  });
}
