import { NetworkError } from "../../network/network.ts";
import { applet, UsageError } from "../applet.ts";
import { Failure } from "../failure.ts";
import { addressOf, connectFailure } from "./address.ts";
import { relay } from "./nc/relay.ts";

const telnetPort = 23;

export const telnet = applet({
  names: ["telnet"],
  bases: ["busybox"],
  directory: "/usr/bin",
  usage: "[-a] [-l USER] HOST [PORT]",
  help: "Connect to telnet server\n\n\t-a\tAutomatic login with $USER variable\n\t-l USER\tAutomatic login as USER",
  options: "al:",
  async run({ process, operands }) {
    const [host, port = String(telnetPort)] = operands;
    if (host === undefined || !/^\d+$/u.test(port)) throw new UsageError();
    const ip = await addressOf(process, host);
    if (ip === undefined) throw new Failure(`bad address '${host}'`);
    try {
      const connection = await process.network.dial({ ip, port: Number(port) });
      await process.print(`Connected to ${host}\n`);
      await relay(process, connection, { idleMs: undefined, endsWithInput: false });
      await process.warn("Connection closed by foreign host\n");
      return 1;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new Failure(`can't connect to remote host (${ip}): ${connectFailure(error, process)}`);
    }
  },
});
