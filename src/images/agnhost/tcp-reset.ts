import { resetConnection } from "../../network/connection.ts";
import { goLog } from "../go/log.ts";
import { subcommand } from "./subcommand.ts";

export const tcpReset = subcommand({
  name: "tcp-reset",
  short: "Serves on a tcp port and RST the connections received",
  defaults: { port: 8080 },
  async run(process, { port }) {
    process.network.serveTcp(port, (connection, { ip, port: from }) => {
      connection.once("data", () => {
        resetConnection(connection);
        goLog(process, `TCP request from ${ip}:${from}`);
      });
    });
    goLog(process, `Serving on port ${port}.`);
    await process.terminated;
    goLog(process, "Shutting down after receiving signal: terminated.");
    goLog(process, "Awaiting pod deletion.");
    return 0;
  },
});
