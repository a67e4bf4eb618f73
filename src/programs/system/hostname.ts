import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";

export const hostname = applet({
  names: ["hostname"],
  usage: "[-sidf] [HOSTNAME | -F FILE]",
  help: `
Show or set hostname or DNS domain name

	-s	Short
	-i	Addresses for the hostname
	-d	DNS domain name
	-f	Fully qualified domain name`,
  options: { short: "sidfIF:", long: { short: "s", "ip-address": "i", domain: "d", fqdn: "f", long: "f" } },
  async run({ process, options, operands, out }) {
    const { hostname: name, pod } = process.container;
    if (operands.length > 0 || options.has("F")) throw new Failure("sethostname: Operation not permitted");
    const full = fullName(process.files.exists("/etc/hosts") ? process.files.readText("/etc/hosts") : "", name);
    const domain = full.slice(name.length + 1);
    const shown = { s: name.split(".")[0] ?? name, i: pod.ip, I: pod.ip, d: domain, f: full }[
      options.last("siIdf") ?? ""
    ];
    const text = shown ?? name;
    if (text !== "") await out.print(`${text}\n`);
  },
});

/** The first name on its line of /etc/hosts. */
function fullName(hosts: string, name: string): string {
  const lines = hosts.split("\n").map((line) => line.replace(/#.*/u, "").trim().split(/\s+/u));
  return lines.find((words) => words.slice(1).includes(name))?.[1] ?? name;
}
