import { type Address, NetworkError, type NetworkErrorCode } from "../network/network.ts";

/** Why a connection could not be made or kept, as Go tells it. Other errors are thrown again. */
export function goNetworkError(error: unknown, { ip, port }: Address): string {
  if (!(error instanceof NetworkError)) throw error;
  const dial = `dial tcp ${ip}:${port}`;
  return error.code === "ECONNRESET" ? "EOF" : `${dial}: ${reasons[error.code]}`;
}

const reasons: Readonly<Record<Exclude<NetworkErrorCode, "ECONNRESET">, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ETIMEDOUT: "i/o timeout",
  EADDRINUSE: "bind: address already in use",
};
