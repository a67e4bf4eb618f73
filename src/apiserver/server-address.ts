import type { Endpoints } from "../api/types.gen.ts";
import { endpoints } from "../resources/core/endpoints.ts";
import type { Registry } from "./registry.ts";

/** Where clients in the cluster reach the API server, as its own Endpoints say: `172.18.0.2:6443`. */
export function serverAddress(registry: Registry): string | undefined {
  const key = { namespace: "default", name: "kubernetes" };
  const found: Endpoints | undefined = registry.find(endpoints, key);
  const [subset] = found?.subsets ?? [];
  const ip = subset?.addresses?.[0]?.ip;
  const port = subset?.ports?.[0]?.port;
  return ip === undefined || port === undefined ? undefined : `${ip}:${port}`;
}
