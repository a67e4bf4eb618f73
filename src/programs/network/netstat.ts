import type { SocketFacts } from "../../network/network.ts";
import { applet, type Call } from "../applet.ts";
import { ethernetOf } from "./interfaces.ts";

/** Busybox's netstat over the sockets of the pod. */
export const netstat = applet({
  names: ["netstat"],
  bases: ["busybox", "alpine"],
  usage: "[-ral] [-tuwx] [-en] [-p]",
  help: `
Display networking information

	-r	Routing table
	-a	All sockets
	-l	Listening sockets
		Else: connected sockets
	-t	TCP sockets
	-u	UDP sockets
	-w	Raw sockets
	-x	Unix sockets
		Else: all socket types
	-e	Other/more information
	-n	Don't resolve names
	-p	Show PID/program name for sockets`,
  options: "ralntuwxep",
  async run(call) {
    const { options, out } = call;
    if (options.has("r")) await out.print(routingTable(call));
    else await out.print(socketTable(call));
  },
});

function socketTable({ process, options }: Call): string {
  const [all, listening] = [options.has("a"), options.has("l")];
  const which = all ? "(servers and established)" : listening ? "(only servers)" : "(w/o servers)";
  const wantsBoth = !options.has("t") && !options.has("u");
  const shown = process.network
    .sockets()
    .filter(({ state }) => all || (state === "listening") === listening)
    .filter(({ protocol }) => wantsBoth || options.has(protocol === "TCP" ? "t" : "u"));
  const program = options.has("p") ? "PID/Program name" : "";
  const head = `Active Internet connections ${which}\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${program}\n`;
  return head + shown.map((socket) => line(socket, options.has("p"))).join("");
}

function line({ protocol, state, local, remote }: SocketFacts, withProgram: boolean): string {
  const here = `${local.ip}:${local.port}`.padEnd(23);
  const there = (remote ? `${remote.ip}:${remote.port}` : "0.0.0.0:*").padEnd(23);
  const shown = protocol === "UDP" ? "" : state === "listening" ? "LISTEN" : "ESTABLISHED";
  return `${protocol.toLowerCase().padEnd(5)}      0      0 ${here} ${there} ${shown.padEnd(11)} ${withProgram ? "-" : ""}\n`;
}

function routingTable({ process }: Call): string {
  const { gateway, subnet, netmask } = ethernetOf(process);
  const row = (cells: readonly string[]): string =>
    `${cells
      .slice(0, 3)
      .map((cell) => cell.padEnd(15))
      .join(" ")} ${(cells[3] ?? "").padEnd(8)}0 0          0 eth0\n`;
  const head =
    "Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n";
  return head + row(["default", gateway, "0.0.0.0", "UG"]) + row([subnet, "*", netmask, "U"]);
}
