import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import type { UserInfo } from "../request.ts";

/**
 * Who a connection's client certificate speaks for. "stranger": there is one, but our authority did not sign it.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
 */
export type Peer =
  | { readonly kind: "anonymous" }
  | { readonly kind: "stranger" }
  | { readonly kind: "user"; readonly user: UserInfo };

const known = new WeakMap<Duplex, Peer>();

/** A connection's certificate never changes, so it is read once. */
export function peerOf(socket: Duplex): Peer {
  let peer = known.get(socket);
  if (!peer) {
    peer = readPeer(socket);
    known.set(socket, peer);
  }
  return peer;
}

function readPeer(socket: Duplex): Peer {
  if (!(socket instanceof TLSSocket)) return { kind: "anonymous" };
  // Node's types leave out that the subject is absent without a certificate, and that names may repeat.
  const { subject, fingerprint256 = "" } = socket.getPeerCertificate() as PeerCertificate;
  if (!subject) return { kind: "anonymous" };
  if (!socket.authorized) return { kind: "stranger" };
  const [name = ""] = listOf(subject["CN"]);
  if (!name) return { kind: "anonymous" };
  const credential = `X509SHA256=${fingerprint256.replaceAll(":", "").toLowerCase()}`;
  const extra = { "authentication.kubernetes.io/credential-id": [credential] };
  return { kind: "user", user: { name, groups: listOf(subject["O"]), extra } };
}

interface PeerCertificate {
  readonly subject?: Readonly<Record<string, string | string[] | undefined>>;
  readonly fingerprint256?: string;
}

function listOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
