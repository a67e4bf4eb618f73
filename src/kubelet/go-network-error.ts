import { type Address, NetworkError } from "../network/network.ts";

/** Why a connection could not be made or kept, as Go tells it. Other errors are thrown again. */
export function goNetworkError(error: unknown, { ip, port }: Address): string {
  if (!(error instanceof NetworkError)) throw error;
  const dial = `dial tcp ${ip}:${port}`;
  switch (error.code) {
    case "ECONNREFUSED":
      return `${dial}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `${dial}: connect: no route to host`;
    case "ETIMEDOUT":
      return `${dial}: i/o timeout`;
    case "EADDRINUSE":
      return `${dial}: bind: address already in use`;
    case "ECONNRESET":
      return "EOF";
  }
}
