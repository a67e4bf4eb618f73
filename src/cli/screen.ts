import { styleText } from "node:util";

import type { ClusterServer, Log, LogLevel } from "../index.ts";
import type { StartOptions } from "./run-cluster.ts";

const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** What the cluster itself has to say goes to stderr, from `level` up. */
export function stderrLog(level: LogLevel): Log {
  const most = levels.indexOf(level);
  return {
    write(one, message) {
      if (levels.indexOf(one) <= most) process.stderr.write(`${one}: ${message}\n`);
    },
  };
}

export interface Banner {
  readonly server: ClusterServer;
  readonly name: string;
  readonly seed: number;
  readonly readyMs: number;
  readonly options: StartOptions;
  readonly file: string;
}

/** What is printed when the cluster is ready. */
export function banner({ server, name, seed, readyMs, options, file }: Banner): string {
  const kubectl = options.kubeconfig ? `kubectl --kubeconfig ${options.kubeconfig}` : "kubectl";
  const rows = [
    ["API server", server.url],
    ["context", `${name} (in ${file})`],
    ["NodePorts", `${options.nodePortAddress}:30000-32767`],
    ...(server.dnsPort === undefined ? [] : [["DNS", `127.0.0.1:${server.dnsPort}`]]),
    ...(server.ingressPort === undefined ? [] : [["Ingress", `127.0.0.1:${server.ingressPort} (HTTP and HTTPS)`]]),
    ["seed", String(seed)],
  ];
  const next = [
    `${kubectl} get nodes`,
    `${kubectl} create deployment web --image=nginx --replicas=3`,
    `${kubectl} get pods --watch`,
  ];
  return [
    `${paint("bold", "picokube")} is ready after ${(readyMs / 1000).toFixed(1)} s; Ctrl-C ends it.`,
    "",
    ...rows.map(([label = "", value = ""]) => `  ${paint("dim", label.padEnd(12))}${paint("cyan", value)}`),
    "",
    "Try next, in another terminal:",
    ...next.map((command) => `  ${paint("green", command)}`),
    "",
    "",
  ].join("\n");
}

export function newsLine(line: string): string {
  return `${paint("dim", "•")} ${line}\n`;
}

function paint(style: "bold" | "dim" | "cyan" | "green", text: string): string {
  return process.stdout.isTTY && process.env["NO_COLOR"] === undefined ? styleText(style, text) : text;
}
