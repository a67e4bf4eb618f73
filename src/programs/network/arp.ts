import { applet } from "../applet.ts";
import { ethernetOf } from "./interfaces.ts";

/** The gateway is all that a pod talks to on its own link. */
export const arp = applet({
  names: ["arp"],
  bases: ["busybox", "alpine"],
  directory: "/sbin",
  usage: "[-an]",
  help: "Show ARP cache\n\n\t-a\tDisplay (all) hosts\n\t-n\tDon't resolve names",
  options: "anv",
  async run({ process, out }) {
    const { gateway } = ethernetOf(process);
    const mac = ["0a", "58", ...gateway.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
    await out.print(`? (${gateway}) at ${mac} [ether]  on eth0\n`);
  },
});
