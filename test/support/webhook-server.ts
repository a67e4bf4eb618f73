import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import { createCertificateAuthority } from "../../src/apiserver/auth/certificates.ts";

/** A webhook of this machine, as developers run theirs. */
export interface WebhookServer extends AsyncDisposable {
  readonly port: number;
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly caBundle: string;
  /** How many there have been. */
  readonly connections: number;
  /** Closes the connections that are open, in the middle of nothing. */
  hangUp(): void;
}

export interface WebhookReply {
  readonly status?: number;
  readonly body: unknown;
}

type Answer = (path: string, review: never) => WebhookReply | Promise<WebhookReply>;

/** Its certificate is for 127.0.0.1. */
export async function serveWebhook(answer: Answer): Promise<WebhookServer> {
  const authority = await createCertificateAuthority(Date.now());
  const { certPem, keyPem } = await authority.issueServer([]);
  const server = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status = 200, body } = await answer(
      request.url ?? "",
      JSON.parse(Buffer.concat(chunks).toString()) as never,
    );
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    caBundle: Buffer.from(authority.caPem).toString("base64"),
    get connections() {
      return connections;
    },
    hangUp: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
