import type { Tool } from "../../runtime/tool.ts";
import { arp } from "./arp.ts";
import { curl } from "./curl/curl.ts";
import { dig } from "./dig/dig.ts";
import { getent } from "./getent.ts";
import { host } from "./host.ts";
import { ifconfig } from "./ifconfig.ts";
import { ip } from "./ip.ts";
import { nc } from "./nc/busybox-nc.ts";
import { netstat } from "./netstat.ts";
import { nslookup } from "./nslookup.ts";
import { ping } from "./ping.ts";
import { ss } from "./ss.ts";
import { telnet } from "./telnet.ts";
import { traceroute } from "./traceroute.ts";
import { wget } from "./wget/wget.ts";

/** Programs that talk to the network. */
export const networkPrograms: readonly Tool[] = [
  arp,
  curl,
  dig,
  getent,
  host,
  ifconfig,
  ip,
  nc,
  netstat,
  nslookup,
  ping,
  ss,
  telnet,
  traceroute,
  wget,
];
