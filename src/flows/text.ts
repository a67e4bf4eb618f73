import type { Flow, FlowPeer } from "./flow.ts";

/** A flow in one line: `00:00:05.000 client → web:80 → web-1:8080 accepted 43 B in 0 ms`. */
export function flowText({ time, protocol, from, to, service, endpoint, verdict, bytes, durationMs }: Flow): string {
  const asked = service === undefined ? peerText(to) : `${short(service)}:${to.port}`;
  const ends = [nameOf(from), asked, ...(endpoint ? [peerText(endpoint)] : [])].join(" → ");
  const size = bytes && durationMs !== undefined ? ` ${bytes.sent + bytes.received} B in ${durationMs} ms` : "";
  return `${time.slice(11, 23)} ${protocol === "TCP" ? "" : `${protocol} `}${ends} ${verdict}${size}`;
}

/** What the kubelets and the cluster's own pods do among themselves: the noise below every lesson. */
export function isBackground({ from, to, endpoint }: Flow): boolean {
  const ends = [from, endpoint ?? to];
  return from.node !== undefined || ends.some(({ pod }) => pod?.startsWith("kube-system/"));
}

function peerText(peer: FlowPeer): string {
  return `${nameOf(peer)}:${peer.port}`;
}

function nameOf({ ip, pod, node, isHost }: FlowPeer): string {
  if (isHost) return "this machine";
  return pod === undefined ? (node ?? ip) : short(pod);
}

function short(id: string): string {
  return id.startsWith("default/") ? id.slice("default/".length) : id;
}
