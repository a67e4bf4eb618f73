import { connect } from "node:tls";

import { decodeText, readAll } from "../../api/bytes.ts";
import { httpExchange } from "../../network/http-client.ts";
import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import { goLog, klogLine } from "../go/log.ts";
import { pemBlocks } from "./pem-blocks.ts";
import { subcommand } from "./subcommand.ts";

const pollMs = 10_000;

/** Asks a server every 10 s, with a certificate of its own. */
export const mtlsClient = subcommand({
  name: "mtlsclient",
  short: "Client is configured to build mTLS with server",
  defaults: { "fetch-url": "", "server-trust-bundle": "", "client-cred-bundle": "" },
  async run(process, flags) {
    const [url, trust, credentials] = [flags["fetch-url"], flags["server-trust-bundle"], flags["client-cred-bundle"]];
    if (!url || !trust || !credentials) return fail(process, "missing required flags");
    if (!URL.canParse(url))
      return fail(process, `invalid --fetch-url: parse ${JSON.stringify(url)}: invalid URI for request`);
    for (;;) {
      await process.sleep(pollMs);
      const failure = await problemOf(process, new URL(url), { trust, credentials });
      if (failure === undefined) continue;
      const line = klogLine(process, "client.go:75", `while sending requests to the server: ${failure}`);
      await process.warn(line.replace(/^I/u, "E"));
    }
  },
});

async function fail(process: Process, message: string): Promise<number> {
  await process.warn(`Error: ${message}\n`);
  return 0;
}

interface Files {
  readonly trust: string;
  readonly credentials: string;
}

async function problemOf(process: Process, url: URL, { trust, credentials }: Files): Promise<string | undefined> {
  const { files } = process;
  const unread = (doing: string, path: string): string =>
    `while reading ${doing}: open ${path}: no such file or directory`;
  if (!files.exists(trust)) return unread("service trust bundle", trust);
  if (!files.exists(credentials)) return unread("client credential bundle", credentials);
  const pem = files.readText(credentials);
  const [key] = pemBlocks(pem, "PRIVATE KEY");
  if (key === undefined) return "client credential bundle had no private key";
  const cert = pemBlocks(pem, "CERTIFICATE").join("\n");
  if (cert === "") return "client credential bundle had no certificates";
  try {
    return await fetchOnce(process, url, { ca: files.readText(trust), key, cert });
  } catch (error) {
    if (error instanceof Error && (error instanceof NetworkError || "code" in error))
      return `while getting URL: Get ${JSON.stringify(url.href)}: ${error.message}`;
    throw error;
  }
}

interface Identity {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

async function fetchOnce(process: Process, url: URL, identity: Identity): Promise<string | undefined> {
  const { hostname, port, host, pathname, search } = url;
  const [ip] = await process.network.lookup(hostname);
  if (ip === undefined)
    return `while getting URL: Get ${JSON.stringify(url.href)}: dial tcp: lookup ${hostname}: no such host`;
  const connection = await process.network.dial({ ip, port: Number(port || 443) });
  const socket = connect({ socket: connection, host: hostname, ...identity });
  const headers = { host, "user-agent": "Go-http-client/1.1", "accept-encoding": "gzip", connection: "close" };
  const exchange = httpExchange(socket, {
    method: "GET",
    url: `${pathname}${search}`,
    headers,
    body: new Uint8Array(),
  });
  const { status, body } = await process.waitFor(exchange, () => connection.destroy());
  if (status < 200 || status >= 300) return `non-2xx status ${status} "${status}"`;
  const text = typeof body === "string" ? body : decodeText(body instanceof Uint8Array ? body : await readAll(body));
  goLog(process, `Got response body: ${text}`);
  return undefined;
}
