import type { ApiRequest, ApiResponse, Session } from "./request.ts";

/** Paths of the API server that no Kubernetes has. RBAC guards them as non-resource URLs: by default they are the admin's. */
export interface ApiExtension {
  /** `/picokube/` */
  readonly prefix: string;
  handle(request: ApiRequest): ApiResponse | Promise<ApiResponse>;
  /** For a request with an `Upgrade` header. */
  open(request: ApiRequest): Promise<Session>;
}
