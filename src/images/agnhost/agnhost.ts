import type { Image } from "../../runtime/image.ts";
import type { Process } from "../../runtime/process.ts";
import { bindTools } from "../toolboxes.ts";
import { connect } from "./connect.ts";
import { crdConversionWebhook } from "./crd-conversion-webhook.ts";
import { dnsServerList, dnsSuffix, etcHosts } from "./dns-files.ts";
import { entrypointTester } from "./entrypoint-tester.ts";
import { fakeGitserver } from "./fake-gitserver.ts";
import { grpcHealthChecking } from "./grpc-health-checking.ts";
import { guestbook } from "./guestbook.ts";
import { inclusterclient } from "./inclusterclient.ts";
import { issuerDiscovery } from "./issuer-discovery.ts";
import { liveness } from "./liveness.ts";
import { logsGenerator } from "./logs-generator.ts";
import { mounttest } from "./mounttest.ts";
import { net } from "./net.ts";
import { netexec } from "./netexec.ts";
import { nettest } from "./nettest.ts";
import { pause } from "./pause.ts";
import { portForwardTester } from "./port-forward-tester.ts";
import { porter } from "./porter.ts";
import { serveHostname } from "./serve-hostname.ts";
import type { Subcommand } from "./subcommand.ts";
import { tcpReset } from "./tcp-reset.ts";
import { testWebserver } from "./test-webserver.ts";
import { webhook } from "./webhook.ts";

const subcommands: readonly Subcommand[] = [
  connect,
  crdConversionWebhook,
  dnsServerList,
  dnsSuffix,
  entrypointTester,
  etcHosts,
  fakeGitserver,
  grpcHealthChecking,
  guestbook,
  inclusterclient,
  liveness,
  logsGenerator,
  mounttest,
  net,
  netexec,
  nettest,
  pause,
  portForwardTester,
  porter,
  serveHostname,
  tcpReset,
  issuerDiscovery,
  testWebserver,
  webhook,
];

/** What the conformance tests of Kubernetes run. https://github.com/kubernetes/kubernetes/tree/release-1.32/test/images/agnhost */
export const agnhost: Image = {
  names: ["registry.k8s.io/e2e-test-images/agnhost"],
  base: "alpine",
  tools: ["curl", "bash", "dig", "host", "ss"],
  entrypoint: ["/agnhost"],
  command: ["pause"],
  ports: [80, 8080, 8081, 9376],
  sizeMiB: 52,
  directories: ["/uploads"],
  programs: { ...bindTools, "/agnhost": run, "/agnhost-2": run },
};

/** The image of the page on liveness probes, which became one of agnhost's subcommands. */
export const livenessServer: Image = {
  ...agnhost,
  names: ["registry.k8s.io/liveness"],
  entrypoint: ["/server"],
  command: [],
  programs: { "/server": (process) => liveness.run(process, []) },
};

async function run(process: Process): Promise<number> {
  const [name, ...args] = process.argv.slice(1);
  const found = subcommands.find((one) => one.name === name);
  if (found) return found.run(process, args);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    await process.print(usage());
    return 0;
  }
  if (name === "--version") {
    await process.print("app version 2.53\n");
    return 0;
  }
  const isFlag = name.startsWith("-");
  await process.warn(isFlag ? `Error: unknown flag: ${name}\n${usage()}` : unknownCommand(name));
  return 0;
}

function unknownCommand(name: string): string {
  return `Error: unknown command ${JSON.stringify(name)} for "app"\nRun 'app --help' for usage.\n`;
}

function usage(): string {
  const width = Math.max(...subcommands.map(({ name }) => name.length));
  const lines = subcommands.map(({ name, short }) => `  ${name.padEnd(width)} ${short}\n`);
  return `Usage:\n  app [command]\n\nAvailable Commands:\n${lines.join("")}\nFlags:\n  -h, --help      help for app\n  -v, --version   version for app\n`;
}
