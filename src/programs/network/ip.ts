import type { Process } from "../../runtime/process.ts";
import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { ethernetOf } from "./interfaces.ts";

/** CAP_NET_ADMIN. */
const netAdmin = 1n << 12n;
const readOnly = "RTNETLINK answers: Operation not permitted";

/** Shows what the pod has; a pod without NET_ADMIN can change nothing. */
export const ip = applet({
  names: ["ip"],
  bases: ["busybox", "alpine"],
  directory: "/sbin",
  usage: "[OPTIONS] address|route|link|neigh [ARGS]",
  help: "OPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\nip addr [show] [DEV]\nip route [show | get ADDRESS]\nip link [show] [DEV]\nip neigh [show]",
  options: { short: "46of:brs", long: { brief: "b", family: "f:", oneline: "o" } },
  rewrite: (args) =>
    args.map(
      (arg) => ({ "-br": "--brief", "-brief": "--brief", "-o": "--oneline", "-oneline": "--oneline" })[arg] ?? arg,
    ),
  async run({ process, operands, options, out }) {
    const [subject = "", verb = "show", ...rest] = operands;
    const device = rest.includes("dev") ? rest[rest.indexOf("dev") + 1] : rest[0];
    const object = ["address", "route", "link", "neigh"].find((name) => subject !== "" && name.startsWith(subject));
    if (object === undefined)
      throw new UsageError(subject === "" ? "" : `Object "${subject}" is unknown, try "ip help".`);
    if (["add", "del", "delete", "set", "change", "replace", "flush"].includes(verb)) {
      if (object !== "link" || !changeLink(process, verb, rest)) throw new Failure(readOnly, 2);
      return;
    }
    if (object === "route") await out.print(verb === "get" ? routeTo(process, device ?? "") : routes(process));
    else if (object === "neigh") await out.print(neighbours(process));
    else
      await out.print(
        links(process, {
          withAddresses: object === "address",
          isBrief: options.has("b"),
          device: deviceOf(verb, device),
        }),
      );
  },
});

const dummies = new WeakMap<Process["container"], Set<string>>();

/** Makes and removes links that lead nowhere, where that is allowed. False: it is not, or not simulated. */
function changeLink(process: Process, verb: string, words: readonly string[]): boolean {
  const status = process.files.readText("/proc/self/status");
  const effective = BigInt(`0x${/(?<=CapEff:\t)\S+/u.exec(status)?.[0] ?? "0"}`);
  const name = words.find((word) => word !== "dev" && word !== "name") ?? "";
  const own = dummies.get(process.container) ?? new Set();
  if ((effective & netAdmin) === 0n) return false;
  dummies.set(process.container, own);
  if (verb === "add" && words.slice(-2).join(" ") === "type dummy") {
    if (own.has(name)) throw new Failure("RTNETLINK answers: File exists", 2);
    own.add(name);
    return true;
  }
  if (verb !== "del" && verb !== "delete") return false;
  if (!own.delete(name)) throw new Failure(`can't find device '${name}'`);
  return true;
}

function deviceOf(verb: string, device: string | undefined): string | undefined {
  return ["show", "list", "ls", "s", "sh"].includes(verb) ? device : verb;
}

interface View {
  readonly withAddresses: boolean;
  readonly isBrief: boolean;
  readonly device: string | undefined;
}

function links(process: Process, { withAddresses, isBrief, device }: View): string {
  const { ip: address, prefixLength, broadcast, mac, mtu } = ethernetOf(process);
  const others = [...(dummies.get(process.container) ?? [])];
  if (device !== undefined && !["lo", "eth0", ...others].includes(device))
    throw new Failure(`can't find device '${device}'`);
  const lifetime = "       valid_lft forever preferred_lft forever\n";
  const brief = [
    [
      "lo",
      `lo               UNKNOWN        ${withAddresses ? "127.0.0.1/8 " : "00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> "}\n`,
    ],
    [
      "eth0",
      `eth0@if2         UP             ${withAddresses ? `${address}/${prefixLength} ` : `${mac} <BROADCAST,MULTICAST,UP,LOWER_UP> `}\n`,
    ],
  ];
  const full = [
    [
      "lo",
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n${withAddresses ? `    inet 127.0.0.1/8 scope host lo\n${lifetime}` : ""}`,
    ],
    [
      "eth0",
      `2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu ${mtu} qdisc noqueue \n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n${withAddresses ? `    inet ${address}/${prefixLength} brd ${broadcast} scope global eth0\n${lifetime}` : ""}`,
    ],
  ];
  const dummy = (name: string, at: number): readonly [string, string] => [
    name,
    isBrief
      ? `${name.padEnd(16)} DOWN           \n`
      : `${at + 3}: ${name}: <BROADCAST,NOARP> mtu 1500 qdisc noop qlen 1000\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n`,
  ];
  return [...(isBrief ? brief : full), ...others.map(dummy)]
    .filter(([name]) => device === undefined || device === name)
    .map(([, text]) => text)
    .join("");
}

function routes(process: Process): string {
  const { gateway, subnet, prefixLength, ip: address } = ethernetOf(process);
  return `default via ${gateway} dev eth0 \n${subnet}/${prefixLength} dev eth0 scope link  src ${address} \n`;
}

function routeTo(process: Process, target: string): string {
  const { gateway, ip: address, subnet } = ethernetOf(process);
  if (target === address || target.startsWith("127.")) return `local ${target} dev lo  src ${target} \n`;
  const isNear = target.startsWith(subnet.slice(0, -1));
  return `${target} ${isNear ? "" : `via ${gateway} `}dev eth0  src ${address} \n`;
}

function neighbours(process: Process): string {
  const { gateway } = ethernetOf(process);
  const mac = ["0a", "58", ...gateway.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
  return `${gateway} dev eth0 lladdr ${mac} used 0/0/0 probes 1 REACHABLE\n`;
}
