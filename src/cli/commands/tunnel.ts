import { Command } from "commander";

import { openTunnel } from "../../index.ts";
import { portNumber } from "../numbers.ts";
import { interrupted, type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

interface TunnelOptions extends RemoteOptions {
  readonly port: number;
}

/** `picokube tunnel`: a proxy into the cluster, until Ctrl-C. */
export function tunnelCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("tunnel")
    .description("open a SOCKS5 and HTTP proxy into the cluster: names, cluster IPs and pod IPs")
    .option("--port <port>", "port on 127.0.0.1", portNumber, 1080)
    .action(async (options: TunnelOptions) => {
      setExitCode(
        await withCluster(options, async (cluster) => {
          const { port, close } = await openTunnel({
            port: options.port,
            dial: (host, target) => cluster.dial(host, target),
          });
          process.stdout.write(
            `SOCKS5 and HTTP proxy on 127.0.0.1:${port}; Ctrl-C ends it. Try: curl -x socks5h://127.0.0.1:${port} http://SERVICE\n`,
          );
          await interrupted();
          close();
          return 0;
        }),
      );
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}
