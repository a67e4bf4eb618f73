import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";
import { ethernetOf } from "./interfaces.ts";

const counters = `          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:1000 
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

`;

export const ifconfig = applet({
  names: ["ifconfig"],
  bases: ["busybox", "alpine"],
  directory: "/sbin",
  usage: "[-a] [INTERFACE]",
  help: "Configure a network interface",
  options: "a",
  async run({ process, operands, out }) {
    const { ip, broadcast, netmask, mac, mtu } = ethernetOf(process);
    const [name, ...changes] = operands;
    if (changes.length > 0) throw new Failure("SIOCSIFADDR: Operation not permitted");
    const interfaces: Readonly<Record<string, string>> = {
      eth0: `eth0      Link encap:Ethernet  HWaddr ${mac.toUpperCase()}  \n          inet addr:${ip}  Bcast:${broadcast}  Mask:${netmask}\n          UP BROADCAST RUNNING MULTICAST  MTU:${mtu}  Metric:1\n${counters}`,
      lo: `lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n${counters}`,
    };
    if (name === undefined) await out.print(Object.values(interfaces).join(""));
    else await out.print(interfaces[name] ?? missing(name));
  },
});

function missing(name: string): never {
  throw new Failure(`${name}: error fetching interface information: Device not found`);
}
