import { Command } from "commander";

import type { RemoteCluster, ServiceAddress } from "../../index.ts";
import { forwardTcp } from "../../index.ts";
import { interrupted, type RemoteOptions, remoteOptions, withCluster } from "../remote.ts";

interface ServiceOptions extends RemoteOptions {
  readonly namespace: string;
  readonly url?: boolean;
}

/** `picokube service NAME`: where a Service is reached from this machine; one without a way gets one, until Ctrl-C. */
export function serviceCommand(setExitCode: (code: number) => void): Command {
  const command = new Command("service")
    .description("show where a Service is reached from this machine; for a plain ClusterIP, open a way to it")
    .argument("<name>", "the Service")
    .option("-n, --namespace <name>", "its namespace", "default")
    .option("--url", "print URLs only")
    .action(async (name: string, options: ServiceOptions) => {
      setExitCode(await withCluster(options, (cluster) => show(name, options, cluster)));
    });
  for (const option of remoteOptions) command.addOption(option);
  return command;
}

async function show(name: string, { namespace, url }: ServiceOptions, cluster: RemoteCluster): Promise<number> {
  const all = (await cluster.serviceAddresses(namespace, name)).filter(({ protocol }) => protocol !== "SCTP");
  const closed = all.filter(({ address, protocol }) => !address && protocol === "TCP");
  const doors = await Promise.all(
    closed.map(async (one) => ({
      one,
      door: await forwardTcp({ port: 0, dial: () => cluster.dial(`${name}.${namespace}`, one.port) }),
    })),
  );
  const opened = new Map(doors.map(({ one, door }) => [one, { ip: "127.0.0.1", port: door.port }]));
  for (const one of all) {
    const address = one.address ?? opened.get(one);
    process.stdout.write(url ? `${urlOf(one, address)}\n` : `${lineOf(one, urlOf(one, address))}\n`);
  }
  if (doors.length === 0) return 0;
  process.stderr.write("Open until Ctrl-C.\n");
  await interrupted();
  for (const { door } of doors) door.close();
  return 0;
}

function urlOf({ protocol, port }: ServiceAddress, address: ServiceAddress["address"]): string {
  if (!address) return "no way from this machine";
  const at = `${address.ip}:${address.port}`;
  if (protocol !== "TCP") return `${protocol.toLowerCase()}://${at}`;
  return `${port === 443 ? "https" : "http"}://${at}`;
}

function lineOf({ portName, port, protocol, kind }: ServiceAddress, url: string): string {
  const name = `${portName === "" ? "" : `${portName} `}${port}/${protocol}`;
  return `${name.padEnd(20)} ${kind.padEnd(14)} ${url}`;
}
