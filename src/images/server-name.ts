import type { Duplex } from "node:stream";

const handshakeRecord = 0x16;
const clientHello = 1;
const recordHeader = 5;
/** Behind the headers of record and message, the version and the random bytes. */
const sessionIdAt = 43;

/**
 * The server name that a TLS client asks for (SNI); what it says stays to be read. undefined: none, or no TLS.
 * Node's own SNICallback adds a certificate to the default one instead of replacing it when their kinds of key differ.
 */
export function serverNameOf(connection: Duplex): Promise<string | undefined> {
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    const finish = (): void => {
      connection.off("readable", look).off("end", finish).off("close", finish);
      if (head.length > 0 && !connection.readableEnded && !connection.destroyed) connection.unshift(head);
      resolve(nameIn(head));
    };
    const look = (): void => {
      const chunk = connection.read() as Buffer | null;
      if (chunk !== null) head = Buffer.concat([head, chunk]);
      if (isWhole(head)) finish();
    };
    connection.on("readable", look).on("end", finish).on("close", finish);
  });
}

function isWhole(head: Buffer): boolean {
  if (head.length === 0) return false;
  if (head[0] !== handshakeRecord) return true;
  return head.length >= recordHeader && head.length >= recordHeader + head.readUInt16BE(3);
}

/** https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2 */
function nameIn(hello: Buffer): string | undefined {
  if (hello[0] !== handshakeRecord || hello[recordHeader] !== clientHello) return undefined;
  const byte = (at: number): number => hello[at] ?? 0;
  const pair = (at: number): number => byte(at) * 256 + byte(at + 1);
  let at = sessionIdAt;
  at += 1 + byte(at);
  at += 2 + pair(at);
  at += 1 + byte(at);
  const end = Math.min(at + 2 + pair(at), hello.length);
  for (at += 2; at + 4 <= end; at += 4 + pair(at + 2)) {
    const isServerName = pair(at) === 0;
    if (isServerName) return hello.toString("latin1", at + 9, at + 9 + pair(at + 7)).toLowerCase();
  }
  return undefined;
}
